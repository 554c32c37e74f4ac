// Seals a Parquet file with the SHA-256 of all its bytes, so that damage is found before anything is decoded. The hash stands in the
// key-value metadata, which end the footer; for hashing, its digits count as zeros.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

/** The key in the metadata. */
export const SEAL_KEY = 'winnow.sha256'
/** The value until all bytes are known. */
export const UNSEALED = '0'.repeat(64)

/** Between key and digits, Parquet has one byte for the field and one for the length. */
const BETWEEN = 2
/** The metadata's last entry, the name of the writer, and the footer's length are shorter. */
const TAIL = 1024

/** Takes the bytes of a file in order. */
export class Sealer {
  readonly #hash: Hash = createHash('sha256')

  add(bytes: Buffer): void {
    this.#hash.update(bytes)
  }

  /** Adds the last bytes, which hold the placeholder, and returns them sealed. */
  seal(last: Buffer): Buffer {
    this.add(last)
    const digits = last.lastIndexOf(UNSEALED)
    last.write(this.#hash.digest('hex'), digits, 'latin1')
    return last
  }
}

/** Returns whether a file has a seal; those of an older Winnow have none. @throws Error if its bytes are not those that were sealed */
export async function isSealed(path: string): Promise<boolean> {
  const seal = await sealIn(path)
  if (seal === undefined) return false
  const { digits, start } = seal
  const hash = createHash('sha256')
  let at = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    // Any part of the digits that this chunk holds.
    const [from, to] = [start - at, start + UNSEALED.length - at].map((end) => Math.min(Math.max(0, end), chunk.length))
    hash.update(chunk.fill('0', from, to))
    at += chunk.length
  }
  if (hash.digest('hex') !== digits) throw new Error('it is damaged: its bytes are not those that were written')
  return true
}

async function sealIn(path: string): Promise<{ digits: string; start: number } | undefined> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const begin = Math.max(0, size - TAIL)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL), 0, TAIL, begin)
    const tail = buffer.subarray(0, bytesRead)
    const key = tail.lastIndexOf(SEAL_KEY)
    if (key === -1) return undefined
    const digits = key + SEAL_KEY.length + BETWEEN
    return { digits: tail.toString('latin1', digits, digits + UNSEALED.length), start: begin + digits }
  } finally {
    await file.close()
  }
}

// Distinguishes GGUF files without reading gigabytes.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { messageOf, UsageError } from '../../../base/errors.ts'

const MIB = 2 ** 20
const DIGITS = 8

/**
 * Returns `gguf:NAME#HASH` for the files of one model, or `gguf:NAME#TAG` if a tag is given. HASH is the start of the SHA-256 of the size,
 * first MiB and last MiB of each file: the first MiB holds the metadata and the last holds weights, so another quantisation or fine-tune
 * differs.
 * @throws UsageError if a file cannot be read or is not GGUF
 */
export async function ggufIdentity(paths: readonly [string, ...string[]], tag: string | undefined): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) await addFile(hash, path)
  return `gguf:${basename(paths[0])}#${tag ?? hash.digest('hex').slice(0, DIGITS)}`
}

async function addFile(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const first = await readAt(file, 0, Math.min(MIB, size))
    if (first.toString('latin1', 0, 4) !== 'GGUF') throw new Error('not a GGUF file')
    hash.update(`${size}\n`).update(first)
    hash.update(await readAt(file, Math.max(0, size - MIB), Math.min(MIB, size)))
  } catch (error) {
    throw new UsageError(`cannot read the model ${path}: ${messageOf(error)}`, { cause: error })
  }
}

async function readAt(file: Awaited<ReturnType<typeof open>>, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

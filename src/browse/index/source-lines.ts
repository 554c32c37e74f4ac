// Lines of rows that can be read again one by one.
import { openSync, readSync, closeSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { containerOf } from '../../rows/containers/kind.ts'
import type { Input } from '../../rows/input.ts'

const [GZIP, ZSTD] = ['1f8b', '28b52ffd']

/** Returns whether the lines of an input are those of one plain file, so that each has its place in it. */
export async function hasPlaces({ path, lines }: Pick<Input, 'path' | 'lines'>): Promise<boolean> {
  if (lines !== undefined || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
  if ((await containerOf(path)) !== 'jsonl') return false
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(4)
    readSync(file, head)
    const first = head.toString('hex')
    return !first.startsWith(GZIP) && first !== ZSTD
  } finally {
    closeSync(file)
  }
}

/** Reads the bytes of one line. */
export async function bytesAt(path: string, { start, bytes }: { start: number; bytes: number }): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    const { bytesRead } = await file.read(buffer, 0, bytes, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

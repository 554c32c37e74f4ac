// The rows that the encoder for hardness is trained on: all of them, or a part of a large file, so that neither memory nor time grows with
// it.
import { createWriteStream, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { cannotWrite } from '../../base/errors.ts'
import { readRows } from '../../rows/read.ts'
import type { Input } from '../../rows/input.ts'

/** Maximum number of rows that an encoder is trained on. */
export const SAMPLED_ROWS = 5_000

export interface RowSample {
  input: Input
  /** Number of usable rows. */
  rows: number
  /** Where the part is written while the work lasts. */
  path: string
}

/** Does work with the path of a file of at most `most` rows, spread evenly over the input; it is the input itself if it has no more. */
export async function withSample<T>(
  { input, rows, path }: RowSample,
  work: (path: string) => Promise<T>,
  most = SAMPLED_ROWS,
): Promise<T> {
  if (rows <= most) return work(input.path)
  try {
    await pipeline(() => linesOf(input, (read) => Math.floor((read * most) / rows)), createWriteStream(path)).catch(
      (error: unknown) => {
        throw cannotWrite(path, error)
      },
    )
    return await work(path)
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param wantedOf returns how many of the first `read` rows are wanted */
async function* linesOf(input: Input, wantedOf: (read: number) => number): AsyncGenerator<Buffer> {
  let read = 0
  for await (const batch of readRows(input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      read += 1
      if (wantedOf(read) > wantedOf(read - 1)) yield withLineFeed(entry.line.bytes)
    }
  }
}

const LINE_FEED = 10

/** Adds a line feed, which the last line of a file may lack. */
const withLineFeed = (line: Buffer) => (line.at(-1) === LINE_FEED ? line : Buffer.concat([line, Buffer.of(LINE_FEED)]))

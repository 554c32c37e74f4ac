// The rows that the encoder for hardness is trained on: all of them, or of a large file a part, so that neither memory nor time grow with it.
import { createWriteStream, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { cannotWrite } from '../../base/errors.ts'
import { readRows } from '../../rows/read.ts'
import type { Input } from '../../rows/input.ts'

/** Rows that an encoder is trained on at most. */
export const SAMPLED_ROWS = 5_000

export interface RowSample {
  input: Input
  /** How many of them can be used. */
  rows: number
  /** Where the part is written while the work lasts. */
  path: string
}

/** Does work with the path of a file of at most `most` rows, spread evenly over all; where there are no more, it is the file itself. */
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

/** @param wantedOf how many of the first so many rows are wanted */
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

/** The last line of a file may lack one. */
const withLineFeed = (line: Buffer) => (line.at(-1) === LINE_FEED ? line : Buffer.concat([line, Buffer.of(LINE_FEED)]))

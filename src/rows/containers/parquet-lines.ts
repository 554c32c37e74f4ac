// The rows of a Parquet file as lines of JSON.
import { stat } from 'node:fs/promises'
import type { Line } from '../../base/lines.ts'
import { decodedInThread } from './parquet-decoding.ts'
import { openParquetText } from './parquet-text.ts'

/** Yields each row as a line of JSON. @throws UsageError if the file is damaged */
export async function* readParquetLines(path: string): AsyncGenerator<Line[]> {
  const { size } = await stat(path)
  let number = 0
  for await (const bytes of size > IN_PLACE ? decodedInThread(path) : decodedHere(path)) {
    const lines: Line[] = []
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start) + 1
      lines.push({ number: ++number, bytes: bytes.subarray(start, end) })
      start = end
    }
    yield lines
  }
}

/** Files of more bytes are decoded in a thread, beside the work on their rows. */
const IN_PLACE = 1 << 20
const NEWLINE = 10

async function* decodedHere(path: string): AsyncGenerator<Buffer> {
  const file = await openParquetText(path)
  try {
    for (let bytes = file.next(); bytes !== undefined; bytes = file.next()) yield bytes
  } finally {
    file.close()
  }
}

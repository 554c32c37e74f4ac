// Reads the lines of a file (plain, gzip or zstd) as exact bytes, in batches, in constant memory.
import { constants } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { readFailure, UsageError } from './errors.ts'

export interface Line {
  /** From 1; blank lines count. */
  number: number
  /**
   * The line as read, with its terminator (`
   * `, `\r
   * `, or none at the end of the file).
   */
  bytes: Buffer
  /** The file and the line there, as in `data/train-1.jsonl:7`, if rows come from several files. */
  place?: string
}

const CHUNK = 1 << 18
/** The most bytes of a line: more make no string. */
export const MOST_LINE_BYTES = constants.MAX_STRING_LENGTH - CHUNK
const NEWLINE = 10

/**
 * Yields the lines of a file, in one batch per chunk read. Gzip and zstd are recognised by their first bytes, not by the name.
 * @param most bytes of a line
 * @throws UsageError if the file cannot be read, its compression is damaged or a line is too long
 */
export async function* readLines(
  path: string,
  onBytes?: (bytes: Buffer) => void,
  most = MOST_LINE_BYTES,
): AsyncGenerator<Line[]> {
  let number = 0
  let rest: Buffer[] = []
  let restBytes = 0
  try {
    for await (const chunk of await byteStream(path)) {
      onBytes?.(chunk)
      const lines: Line[] = []
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        const tail = chunk.subarray(start, end + 1)
        const bytes = rest.length === 0 ? tail : Buffer.concat([...rest, tail])
        rest = []
        restBytes = 0
        lines.push({ number: ++number, bytes })
        start = end + 1
      }
      if (start < chunk.length) rest.push(chunk.subarray(start))
      restBytes += chunk.length - start
      if (restBytes > most) throw longLine(path, number + 1, most)
      if (lines.length > 0) yield lines
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const where = number === 0 ? '' : ` after line ${number}`
    throw new UsageError(`cannot read ${path}${where}: ${readFailure(error)}`, { cause: error })
  }
  if (rest.length > 0) yield [{ number: ++number, bytes: Buffer.concat(rest) }]
}

const longLine = (path: string, number: number, most: number) =>
  new UsageError(`${path}:${number}: the line is longer than ${Math.round(most / 1e6)} MB, too long to be read`, {
    hint: 'Each row is a line of its own. Look at the file: head -c 300 FILE.',
  })

/** Yields the uncompressed bytes of a file in chunks. @throws UsageError if the file cannot be read or its compression is damaged */
export async function* readChunks(path: string): AsyncGenerator<Buffer> {
  try {
    yield* await byteStream(path)
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
}

async function byteStream(path: string): Promise<AsyncIterable<Buffer>> {
  // Checked before the stream is created, because a stream without listeners could fail unhandled.
  const unzipped = decompressorFor(await firstBytes(path))
  const file = createReadStream(path, { highWaterMark: CHUNK })
  if (unzipped === undefined) return file
  file.on('error', (error) => unzipped.destroy(error))
  return file.pipe(unzipped)
}

function decompressorFor(head: Buffer) {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip({ chunkSize: CHUNK })
  return head.length === 4 && head.readUInt32LE() === ZSTD ? createZstdDecompress({ chunkSize: CHUNK }) : undefined
}

/** The first four bytes of zstd. */
const ZSTD = 0xfd2fb528

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Returns the text of a line without its terminator and a leading byte order mark. */
export function textOf(line: Line): string {
  const text = line.bytes.toString('utf8')
  let end = text.length
  if (text.charCodeAt(end - 1) === NEWLINE) end -= 1
  if (text.charCodeAt(end - 1) === 13) end -= 1
  return text.slice(text.charCodeAt(0) === 0xfeff ? 1 : 0, end)
}

/** Returns the terminator of a line, for writing it back after a change. */
export function terminatorOf(line: Line): string {
  const { bytes } = line
  if (bytes.at(-1) !== NEWLINE) return ''
  return bytes.at(-2) === 13 ? '\r\n' : '\n'
}

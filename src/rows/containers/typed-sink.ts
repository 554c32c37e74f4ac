// Writes lines of JSON into a container with typed columns. They wait in a file beside the target until all are there, because every row
// decides about the columns.
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { finished } from 'node:stream/promises'
import { cannotWrite, messageOf, UsageError, writing } from '../../base/errors.ts'
import { holdsNumber, parseLossless, type JsonObject } from '../../base/json.ts'
import { readLines, textOf } from '../../base/lines.ts'
import { openSink, partFor, type LineSink } from '../../base/sink.ts'
import { widenFields, type Shape } from './shape.ts'

/** How a container encodes rows of known columns. */
export interface Encoding {
  /** For messages. */
  name: string
  /** Returns the encoder of one file. @throws Error if the container has no type for a column */
  encoder(fields: ReadonlyMap<string, Shape>): Promise<Encoder>
  /** Returns the names of the files in a folder. */
  filesIn(folder: string, count: number): string[]
  /** Completes a folder: writes what belongs beside its files of these numbers of rows. */
  finish?(folder: string, files: readonly string[]): Promise<void>
}

export interface Encoder {
  /** Encodes a group of rows. */
  group(rows: readonly JsonObject[]): Uint8Array
  /** Encodes the end of the file. */
  end(): Uint8Array
}

/** A group ends at whichever comes first. */
const MOST_ROWS = 2_000
const MOST_CHARACTERS = 4_000_000
/** Bytes of JSON in one file of a folder. */
const SHARD = 1_000_000_000

/** Opens a sink for a file, or for a folder of files that each hold about a gigabyte of JSON. */
export async function openTypedRows(path: string, isFolder: boolean, encoding: Encoding): Promise<LineSink> {
  const waiting = await partFor(`${path.replace(/\/+$/, '')}.rows`)
  const spool = await openSink(waiting)
  const fields = new Map<string, Shape>()
  let rows = 0
  let bytes = 0
  const write = (line: Buffer | string) => {
    rows += 1
    bytes += line.length
    try {
      widenFields(fields, recordOf(line.toString()))
    } catch (error) {
      throw untyped(path, encoding, `row ${rows}: ${messageOf(error)}`, error)
    }
    return spool.write(line)
  }
  const commit = async () => {
    await spool.commit()
    const files = isFolder ? encoding.filesIn(path, Math.max(1, Math.ceil(bytes / SHARD))) : [path]
    try {
      await writeAll(waiting, files, Math.ceil(rows / files.length), () => encoderFor(path, encoding, fields))
      if (isFolder) await encoding.finish?.(path, files)
    } finally {
      await rm(waiting, { force: true })
    }
  }
  return { write, commit, abort: () => spool.abort() }
}

async function encoderFor(path: string, encoding: Encoding, fields: ReadonlyMap<string, Shape>): Promise<Encoder> {
  try {
    return await encoding.encoder(fields)
  } catch (error) {
    throw untyped(path, encoding, messageOf(error), error)
  }
}

const untyped = (path: string, { name }: Encoding, why: string, cause: unknown) =>
  new UsageError(`${path} cannot be written as ${name}: ${why}`, {
    cause,
    hint: 'Write JSON lines instead: --out NAME.jsonl.',
  })

function recordOf(text: string): JsonObject {
  const record = JSON.parse(text) as JsonObject
  return holdsNumber(record) ? parseLossless(text) : record
}

async function writeAll(
  waiting: string,
  files: readonly string[],
  rowsEach: number,
  encoder: () => Promise<Encoder>,
): Promise<void> {
  let file: TypedFile | undefined
  let at = 0
  for await (const lines of readLines(waiting)) {
    for (const line of lines) {
      file ??= await TypedFile.open(files[at] as string, await encoder())
      await file.write(recordOf(textOf(line)))
      if (file.rows < rowsEach || at === files.length - 1) continue
      await file.commit()
      file = undefined
      at += 1
    }
  }
  if (at === 0) file ??= await TypedFile.open(files[0] as string, await encoder())
  await file?.commit()
}

class TypedFile {
  rows = 0
  readonly #path: string
  readonly #part: string
  readonly #encoder: Encoder
  readonly #stream
  #failed: Error | undefined
  #group: JsonObject[] = []
  #characters = 0

  private constructor(path: string, part: string, encoder: Encoder) {
    this.#path = path
    this.#part = part
    this.#encoder = encoder
    this.#stream = createWriteStream(part)
    this.#stream.on('error', (error: Error) => (this.#failed ??= cannotWrite(path, error)))
  }

  static async open(path: string, encoder: Encoder): Promise<TypedFile> {
    await writing(path, () => mkdir(dirname(path), { recursive: true }))
    return new TypedFile(path, await partFor(path), encoder)
  }

  async write(record: JsonObject): Promise<void> {
    this.rows += 1
    this.#group.push(record)
    this.#characters += sizeOf(record)
    if (this.#group.length >= MOST_ROWS || this.#characters >= MOST_CHARACTERS) await this.#endGroup()
  }

  async #endGroup(): Promise<void> {
    const bytes = this.#encoder.group(this.#group)
    this.#group = []
    this.#characters = 0
    await this.#send(bytes)
  }

  async #send(bytes: Uint8Array): Promise<void> {
    if (this.#failed) throw this.#failed
    if (!this.#stream.write(bytes)) await once(this.#stream, 'drain').catch(() => undefined)
  }

  async commit(): Promise<void> {
    if (this.#group.length > 0) await this.#endGroup()
    await this.#send(this.#encoder.end())
    this.#stream.end()
    await finished(this.#stream).catch(() => undefined)
    if (this.#failed) throw this.#failed
    await writing(this.#path, () => rename(this.#part, this.#path))
  }
}

/** Returns about how many characters a value has. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let size = 0
  for (const each of Object.values(value)) size += sizeOf(each)
  return size
}

/** Returns `00000-of-00002` for the first of two files. */
export const shardOf = (index: number, count: number) =>
  [index, count].map((each) => String(each).padStart(5, '0')).join('-of-')

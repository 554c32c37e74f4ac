// Brings the records of one query together as one row, in the order of their first occurrence. What is not together in the file is sorted
// on disk, so that memory holds some tens of bytes for each query and one part of the file.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writing } from '../base/errors.ts'
import { free, HashTable } from '../base/hash-table.ts'
import { isObject } from '../base/json.ts'
import { terminatorOf, textOf, type Line } from '../base/lines.ts'
import { readRecordLines } from './containers/lines.ts'
import type { RowFormat } from './formats/format.ts'
import { joinedLines } from './formats/group.ts'

export type LineReader = (onBytes?: (bytes: Buffer) => void) => AsyncGenerator<Line[]>

export interface Grouping {
  lines: LineReader
  /** Removes what was written. */
  close(): void
}

/** Bytes of a part that is sorted in memory, unless that makes too many files. */
const PART = 8 << 20
const MOST_PARTS = 256
/** Rows that are given on at once. */
const BATCH = 500

/**
 * Returns the lines of a file with the records of each query joined; undefined if no query has several.
 * @param ordinals an empty table
 * @throws UsageError if the file cannot be read, WinnowError if the disk is full
 */
export async function groupRecords(
  path: string,
  format: RowFormat,
  signal?: AbortSignal,
  ordinals = new HashTable(),
): Promise<Grouping | undefined> {
  const groups = await findGroups(path, format, ordinals, signal)
  if (!groups.hasRepeats) return undefined
  if (groups.areTogether) return { lines: (onBytes) => adjacent(path, format, onBytes), close: () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'winnow-groups-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  try {
    const parts = await writing(folder, () => distribute(path, format, groups, folder, signal))
    return { lines: (onBytes) => inParts(parts, onBytes), close }
  } catch (error) {
    close()
    throw error
  }
}

interface Groups {
  /** The number of each query, from 1, in order of first occurrence. Two queries of one hash share it until their texts are compared. */
  ordinals: HashTable
  /** The bytes of all records of each query. */
  sizes: Uint32Array<ArrayBuffer>
  count: number
  hasRepeats: boolean
  areTogether: boolean
}

async function findGroups(path: string, format: RowFormat, ordinals: HashTable, signal?: AbortSignal): Promise<Groups> {
  const groups: Groups = {
    ordinals,
    sizes: new Uint32Array(1024),
    count: 0,
    hasRepeats: false,
    areTogether: true,
  }
  let last: { ordinal: number; key: string | undefined } = { ordinal: 0, key: undefined }
  for await (const lines of readRecordLines(path)) {
    signal?.throwIfAborted()
    for (const line of lines) {
      const key = keyOf(line, format)
      const known = key === undefined ? 0 : groups.ordinals.setIfNew(key, groups.count + 1)
      const ordinal = known === 0 ? ++groups.count : known
      if (known > 0) groups.hasRepeats = true
      if (known > 0 && (known !== last.ordinal || key !== last.key)) groups.areTogether = false
      if (ordinal >= groups.sizes.length) groups.sizes = grown(groups.sizes)
      groups.sizes[ordinal] = (groups.sizes[ordinal] as number) + line.bytes.length
      last = { ordinal, key }
    }
  }
  return groups
}

function grown(sizes: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(sizes.length * 2)
  larger.set(sizes)
  free(sizes)
  return larger
}

/** Returns the query that a line is grouped by; undefined for a line of its own. */
function keyOf(line: Line, format: RowFormat): string | undefined {
  try {
    const columns: unknown = JSON.parse(textOf(line))
    return isObject(columns) ? format.groupOf?.(columns) : undefined
  } catch {
    return undefined
  }
}

/** Joins the records of queries that are together in the file. */
async function* adjacent(path: string, format: RowFormat, onBytes?: (bytes: Buffer) => void): AsyncGenerator<Line[]> {
  let group: Line[] = []
  let key: string | undefined
  for await (const lines of readRecordLines(path)) {
    const joined: Line[] = []
    for (const line of lines) {
      if (textOf(line).trim() === '') continue
      const next = keyOf(line, format)
      if (group.length > 0 && (next === undefined || next !== key)) {
        joined.push(joinedLines(group))
        group = []
      }
      group.push(line)
      key = next
    }
    if (onBytes) for (const { bytes } of joined) onBytes(bytes)
    yield joined
  }
  if (group.length === 0) return
  const last = joinedLines(group)
  onBytes?.(last.bytes)
  yield [last]
}

/** Writes each line into the part that its query belongs to. Parts are ranges of queries of about equal size. */
async function distribute(
  path: string,
  format: RowFormat,
  groups: Groups,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const partOf = partsOf(groups)
  const files: PartFile[] = []
  let count = 0
  try {
    for await (const lines of readRecordLines(path)) {
      signal?.throwIfAborted()
      for (const line of lines) {
        const key = keyOf(line, format)
        const known = key === undefined ? 0 : groups.ordinals.get(key)
        // A line of its own comes after what was counted before it, as in the first pass.
        const ordinal = known === 0 ? ++count : known
        if (known > count) count = known
        const part = partOf[ordinal] as number
        const file = (files[part] ??= new PartFile(join(folder, `${part}`)))
        file.write(ordinal, key, line)
      }
    }
  } finally {
    for (const file of files) file?.close()
  }
  return files.filter((file) => file !== undefined).map((file) => file.path)
}

function partsOf({ sizes, count }: Groups): Uint32Array {
  const parts = new Uint32Array(count + 1)
  const most = Math.max(PART, sizes.reduce((sum, size) => sum + size, 0) / MOST_PARTS)
  let part = 0
  let bytes = 0
  for (let ordinal = 1; ordinal <= count; ordinal++) {
    const size = sizes[ordinal] as number
    if (bytes > 0 && bytes + size > most) {
      part += 1
      bytes = 0
    }
    bytes += size
    parts[ordinal] = part
  }
  return parts
}

const BUFFERED = 1 << 17

class PartFile {
  readonly path: string
  readonly #file: number
  #waiting: Buffer[] = []
  #bytes = 0

  constructor(path: string) {
    this.path = path
    this.#file = openSync(path, 'w')
  }

  /** Writes the query with its line, as JSON, which has neither tabs nor line breaks. */
  write(ordinal: number, key: string | undefined, line: Line): void {
    const end = terminatorOf(line) === '' ? '\n' : ''
    // Copied, because the line is a part of a larger buffer that would be kept.
    const bytes = Buffer.concat([
      Buffer.from(`${ordinal} ${line.number} ${line.place ?? ''}\t${JSON.stringify(key ?? null)}\t`),
      line.bytes,
      Buffer.from(end),
    ])
    this.#waiting.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes >= BUFFERED) this.#flush()
  }

  #flush(): void {
    writeSync(this.#file, Buffer.concat(this.#waiting))
    this.#waiting = []
    this.#bytes = 0
  }

  close(): void {
    if (this.#bytes > 0) this.#flush()
    closeSync(this.#file)
  }
}

const [NEWLINE, TAB] = [10, 9]

/** Yields the lines of each part, sorted by query, with the records of each joined. */
async function* inParts(parts: readonly string[], onBytes?: (bytes: Buffer) => void): AsyncGenerator<Line[]> {
  for (const part of parts) {
    const groups = groupsIn(await readFile(part))
    for (let start = 0; start < groups.length; start += BATCH) {
      const lines = groups.slice(start, start + BATCH).map((group) => joinedLines(group))
      if (onBytes) for (const { bytes } of lines) onBytes(bytes)
      yield lines
    }
  }
}

/** Returns the lines of each query, in the order of the queries. */
function groupsIn(contents: Buffer): Line[][] {
  /** By the number of the query, then by the query itself. */
  const groups = new Map<number, Map<string, Line[]>>()
  for (let start = 0; start < contents.length;) {
    const end = contents.indexOf(NEWLINE, start) + 1
    const tab = contents.indexOf(TAB, start)
    const keyEnd = contents.indexOf(TAB, tab + 1)
    const [ordinal = '', number = '', ...place] = contents.toString('utf8', start, tab).split(' ')
    const line: Line = { number: Number(number), bytes: contents.subarray(keyEnd + 1, end) }
    if (place.join(' ') !== '') line.place = place.join(' ')
    const key = contents.toString('latin1', tab + 1, keyEnd)
    const queries = groups.get(Number(ordinal))
    const group = queries?.get(key)
    if (group) group.push(line)
    else if (queries) queries.set(key, [line])
    else groups.set(Number(ordinal), new Map([[key, [line]]]))
    start = end
  }
  return [...groups].toSorted(([one], [other]) => one - other).flatMap(([, queries]) => [...queries.values()])
}

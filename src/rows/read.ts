// Turns the lines of a file into rows, and whatever is wrong with a line into problems that name it.
import { isUtf8 } from 'node:buffer'
import { UsageError, messageOf } from '../errors.ts'
import { LONG_NUMBER, type Fault, type RowFormat } from './formats/format.ts'
import { FORMATS, formatOf } from './formats/index.ts'
import { RowIds, withIds } from './ids.ts'
import { holdsNumber, isObject, parseLossless, type JsonObject } from './json.ts'
import { readLines, terminatorOf, textOf, type Line } from './lines.ts'
import type { Row } from './row.ts'

/** A line that holds a row. `row` owns its passages; `line` the bytes that they came from. */
export interface RowLine {
  line: Line
  row: Row
  /** The line, parsed. Numbers have lost their source text. */
  columns: JsonObject
}

/** A line that holds no usable row, and every reason why. */
export interface BadLine {
  line: Line
  faults: Fault[]
}

export interface RowFile {
  path: string
  format: RowFormat
}

const LOOK_AT = 100

/**
 * Tells the format of a file from its first row that can be parsed.
 * @throws UsageError when none of the first hundred lines is a row of a known format.
 */
export async function detectFormat(path: string): Promise<RowFormat> {
  let columns: string[] | undefined
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      if (line.number > LOOK_AT) break
      const value = parseQuietly(textOf(line))
      const format = value && formatOf(value)
      if (format) return format
      columns ??= value && Object.keys(value)
    }
    if ((lines.at(-1)?.number ?? 0) > LOOK_AT) break
  }
  const seen = columns ? `the first row has the columns ${columns.join(', ')}` : 'no line of it is a JSON object'
  const known = FORMATS.map((format) => `${format.name} (${format.summary})`).join('; ')
  throw new UsageError(`${path}: not a known format of training rows: ${seen}`, { hint: `Known formats: ${known}` })
}

function parseQuietly(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads the rows of a file in order, in batches. Blank lines are passed over.
 * Row ids depend on every line before, so a pass always starts at the first.
 */
export async function* readRows(
  file: RowFile,
  onBytes?: (bytes: Buffer) => void,
): AsyncGenerator<(RowLine | BadLine)[]> {
  const ids = new RowIds()
  for await (const lines of readLines(file.path, onBytes)) {
    const batch: (RowLine | BadLine)[] = []
    for (const line of lines) {
      const entry = readRow(line, file.format, ids)
      if (entry) batch.push(entry)
    }
    yield batch
  }
}

function readRow(line: Line, format: RowFormat, ids: RowIds): RowLine | BadLine | undefined {
  if (!isUtf8(line.bytes)) return bad(line, 'invalid-utf8', 'the line is not valid UTF-8')
  const text = textOf(line)
  if (text.trim() === '') return undefined
  let columns: unknown
  try {
    columns = JSON.parse(text)
  } catch (error) {
    return bad(line, 'invalid-json', invalidJson(line, error))
  }
  if (!isObject(columns)) return bad(line, 'invalid-json', 'the line is JSON but not an object')

  let faults: Fault[] = []
  let read = format.read(columns, faults)
  if (faults.some((fault) => fault.code === LONG_NUMBER)) {
    faults = []
    read = format.read(parseLossless(text), faults)
  }
  const first = read?.id === undefined ? 0 : ids.firstLineOf(read.id, line.number)
  if (first > 0) {
    faults.push({
      code: 'repeated-id',
      message: `the row id ${JSON.stringify(read?.id)} was given at line ${first} already`,
    })
  }
  if (read === undefined || faults.length > 0) return { line, faults }
  return { line, columns, row: withIds(read, read.id ?? ids.madeFrom(read.query)) }
}

function bad(line: Line, code: string, message: string): BadLine {
  return { line, faults: [{ code, message }] }
}

function invalidJson(line: Line, error: unknown): string {
  const torn = terminatorOf(line) === '' ? '; the last line ends without a line break, so the file may be cut off' : ''
  return `invalid JSON: ${messageOf(error)}${torn}`
}

/** The bytes of a row with other labels: every column that is no label keeps its content, numbers their source text. */
export function relabelledBytes({ line, row, columns }: RowLine, after: Row, format: RowFormat): Buffer {
  const lossless = holdsNumber(columns) ? parseLossless(textOf(line)) : columns
  return Buffer.from(JSON.stringify(format.relabel(lossless, row, after)) + terminatorOf(line))
}

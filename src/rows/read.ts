// Turns the lines of a file into rows, and everything wrong with a line into faults.
import { isUtf8 } from 'node:buffer'
import { messageOf } from '../base/errors.ts'
import { LONG_NUMBER, NO_NEGATIVE, type Fault, type ParsedRow, type RowFormat } from './formats/format.ts'
import { formatOf, withNegativesColumn } from './formats/index.ts'
import { RowIds, withIds } from './ids.ts'
import { harmless } from '../base/harmless.ts'
import { holdsNumber, isObject, objectIn, parseLossless, type JsonObject } from '../base/json.ts'
import { terminatorOf, textOf, type Line } from '../base/lines.ts'
import { shortened } from '../base/strings.ts'
import { keysOf, MOST_DEEP, outlineOf, repeatedKey } from './keys.ts'
import { readRecordLines } from './containers/lines.ts'
import type { Row } from './row.ts'
import { notRows, unknownRows } from './unknown.ts'

/** A line that holds a row. `row` owns its passages; `line` holds the bytes they were read from. */
export interface RowLine {
  line: Line
  row: Row
  /** The parsed line. Numbers have lost their source text. */
  columns: JsonObject
}

/** A line without a usable row, and every reason why. */
export interface BadLine {
  line: Line
  faults: Fault[]
}

export interface RowFile {
  /** A file of any container, a folder or a pattern. */
  path: string
  format: RowFormat
  /** Yields the lines of rows, where they are not those of the file: records of one query are one, ids have their texts. */
  lines?: ((onBytes?: (bytes: Buffer) => void) => AsyncGenerator<Line[]>) | undefined
  /** Whether rows may lack negatives, or their column, because they are yet to be mined. */
  wantsNegatives?: boolean
}

/** Returns a bad line as written to the file of bad rows. */
export function badRecord({ line, faults }: BadLine): object {
  return { line: line.number, problems: faults.map(({ message }) => message), raw: textOf(line) }
}

type RowShape = Pick<RowFile, 'format' | 'wantsNegatives'>

const LOOK_AT = 100

/**
 * Detects the format of a file from its first row that can be parsed.
 * @throws UsageError if none of the first hundred lines is a row of a known format
 */
export async function detectFormat(path: string, wantsNegatives = false): Promise<RowFormat> {
  let first: { line: Line; columns: JsonObject } | undefined
  let unread: Line | undefined
  for await (const lines of readRecordLines(path)) {
    for (const line of lines) {
      if (line.number > LOOK_AT) break
      const columns = objectIn(textOf(line))
      const format = columns && formatOf(columns, wantsNegatives)
      if (format && !lacksNegatives(format, wantsNegatives)) return format
      first ??= columns && { line, columns }
      if (columns === undefined && textOf(line).trim() !== '') unread ??= line
    }
    if ((lines.at(-1)?.number ?? 0) > LOOK_AT) break
  }
  throw first === undefined ? notRows(path, unread) : unknownRows(path, first.line, first.columns)
}

/** Pairs of a query and its positive are rows only where negatives are yet to be mined. */
const lacksNegatives = ({ name }: RowFormat, wantsNegatives: boolean) => name === 'st-pair' && !wantsNegatives

/** Yields the lines of rows, unread. */
export const linesOfRows = (file: RowFile, onBytes?: (bytes: Buffer) => void): AsyncGenerator<Line[]> =>
  file.lines?.(onBytes) ?? readRecordLines(file.path, onBytes)

/**
 * Reads the rows of a file in order, in batches. Blank lines are skipped. Row ids depend on all earlier lines, so a pass always starts at
 * the first.
 */
export async function* readRows(
  file: RowFile,
  onBytes?: (bytes: Buffer) => void,
): AsyncGenerator<(RowLine | BadLine)[]> {
  const ids = new RowIds()
  for await (const lines of linesOfRows(file, onBytes)) {
    const batch: (RowLine | BadLine)[] = []
    for (const line of lines) {
      const entry = readRow(line, file, ids)
      if (entry) batch.push(entry)
    }
    yield batch
  }
}

/** Reads one line; undefined if it is blank. @param ids of the lines before it */
export function readRow(line: Line, file: RowFile, ids: RowIds): RowLine | BadLine | undefined {
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
  const unclear = unclearIn(text, columns)
  if (unclear) return { line, faults: [unclear] }
  if (file.wantsNegatives) columns = withNegativesColumn(columns, file.format)

  let { read, faults } = readColumns(columns as JsonObject, file)
  if (faults.some((fault) => fault.code === LONG_NUMBER)) {
    ;({ read, faults } = readColumns(parseAgain(line, file), file))
  }
  if (read) faults.push(...brokenTexts(read))
  else faults = otherFormat(columns as JsonObject, file) ?? faults
  const first = read?.id === undefined ? 0 : ids.firstLineOf(read.id, line.number)
  if (first > 0) {
    faults.push({
      code: 'repeated-id',
      message: `duplicate row id ${JSON.stringify(read?.id)}, first at line ${first}`,
    })
  }
  if (read === undefined || faults.length > 0) return { line, faults }
  return { line, columns: columns as JsonObject, row: withIds(read, read.id ?? ids.madeFrom(read.query)) }
}

/** Returns the one fault of a row that is well formed, but of another format than its file, as in a folder of both. */
function otherFormat(columns: JsonObject, { format, wantsNegatives }: RowShape): Fault[] | undefined {
  const other = format.matches(columns) ? undefined : formatOf(columns, wantsNegatives)
  if (other === undefined || other === format) return undefined
  return [
    { code: 'other-format', message: `the row is one of ${other.title}, and those of the file are ${format.title}` },
  ]
}

/** Returns what cannot be told from the parsed value of a line: that it is no data of a row, or has lost a part. */
function unclearIn(text: string, columns: JsonObject): Fault | undefined {
  const { keys, depth } = outlineOf(text)
  if (depth > MOST_DEEP) {
    return { code: 'too-deep', message: `values are nested ${depth} deep; allowed: at most ${MOST_DEEP}` }
  }
  if (keys === keysOf(columns)) return undefined
  const key = JSON.stringify(shortened(repeatedKey(text) ?? '', 60))
  return {
    code: 'repeated-key',
    message: `the key ${key} is there twice in one object, and only one value can be meant`,
  }
}

/** Returns faults of texts with half a surrogate pair, which no tokenizer takes. */
function brokenTexts({ query, passages }: ParsedRow): Fault[] {
  const broken = [
    ...(query.isWellFormed() ? [] : ['the query']),
    ...passages.flatMap(({ text, title = '', label }, at) =>
      text.isWellFormed() && title.isWellFormed() ? [] : [`passage ${at + 1}, a ${label},`],
    ),
  ]
  return broken.map((what) => ({
    code: 'lone-surrogate',
    message: `${what} holds half of a surrogate pair, which is no character; it was cut within an emoji or the like`,
  }))
}

function readColumns(columns: JsonObject, { format, wantsNegatives }: RowFile) {
  const faults: Fault[] = []
  const read = format.read(columns, faults)
  return { read, faults: wantsNegatives ? faults.filter(({ code }) => code !== NO_NEGATIVE) : faults }
}

/** Returns the columns of a row, with the source text of numbers. */
export function losslessColumns({ line, columns }: RowLine, file: RowShape): JsonObject {
  return holdsNumber(columns) ? parseAgain(line, file) : columns
}

function parseAgain(line: Line, { format, wantsNegatives }: RowShape): JsonObject {
  const columns = parseLossless(textOf(line))
  return wantsNegatives ? withNegativesColumn(columns, format) : columns
}

function bad(line: Line, code: string, message: string): BadLine {
  return { line, faults: [{ code, message }] }
}

function invalidJson(line: Line, error: unknown): string {
  const torn = terminatorOf(line) === '' ? '; the last line has no line break, so the file may be truncated' : ''
  return `invalid JSON: ${harmless(messageOf(error))}${torn}`
}

/** Returns the bytes of a row with other labels. All other columns keep their content, and numbers their source text. */
export function relabelledBytes(entry: RowLine, after: Row, format: RowFormat): Buffer {
  return lineWith(entry, relabelledColumns(entry, after, { format }))
}

/**
 * Returns the bytes of a row for a file in which every row records the origins of its passages, as files with generated passages must. They
 * are the bytes that were read if nothing changes.
 */
export function bytesWithOrigins(entry: RowLine, after: Row, file: RowShape): Buffer {
  return bytesWith(entry, file.format.withOrigins(relabelledColumns(entry, after, file), after), file)
}

/** Returns the bytes of a row with these columns: those that were read if nothing changes. */
export function bytesWith(entry: RowLine, columns: JsonObject, file: RowShape): Buffer {
  const before = losslessColumns(entry, file)
  return JSON.stringify(columns) === JSON.stringify(before) ? entry.line.bytes : lineWith(entry, columns)
}

/** Returns the columns of a row with other labels, ready for writing. */
export function relabelledColumns(entry: RowLine, after: Row, file: RowShape): JsonObject {
  return file.format.relabel(losslessColumns(entry, file), entry.row, after)
}

/** Returns the bytes of a line with these columns and its original terminator. */
export function lineWith({ line }: Pick<RowLine, 'line'>, columns: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(columns) + terminatorOf(line))
}

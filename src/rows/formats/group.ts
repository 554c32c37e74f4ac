// Records of one query as one line: what a file has in several lines is one row for everybody else.
import type { JsonObject } from '../../base/json.ts'
import { DOCUMENTS } from './documents.ts'
import { terminatorOf, textOf, type Line } from '../../base/lines.ts'

/** The column of a line that holds several records; its only one besides their documents. */
const RECORDS = 'records'

/**
 * A carriage return cannot be inside a text of JSON, so that the records can be told apart without parsing them. Where one is between the
 * tokens of a record, it becomes a space.
 */
const BETWEEN = ',\r'
const START = `{"${RECORDS}":[`
const END = ']}'

/** Returns the records of a line: several of one query, or the one that it is. */
export function recordsIn(columns: JsonObject): JsonObject[] {
  const records = columns[RECORDS]
  return isGroup(columns) ? (records as JsonObject[]) : [columns]
}

const isGroup = (columns: JsonObject) =>
  Array.isArray(columns[RECORDS]) && Object.keys(columns).every((name) => name === RECORDS || name === DOCUMENTS)

/** Returns the columns of a line with these records. */
export const columnsOf = (records: readonly JsonObject[]): JsonObject =>
  records.length === 1 ? (records[0] as JsonObject) : { [RECORDS]: records }

/** Returns the columns of a line with further ones in each of its records. */
export const withColumns = (columns: JsonObject, further: object): JsonObject =>
  columnsOf(recordsIn(columns).map((record) => ({ ...record, ...further })))

/** Joins the lines of one query; a single one stays as it is. */
export function joinedLines(lines: readonly Line[]): Line {
  const [first] = lines as [Line]
  if (lines.length === 1) return first
  const text = `${START}${lines.map((line) => textOf(line).replaceAll(BETWEEN, ', ')).join(BETWEEN)}${END}${terminatorOf(first) || '\n'}`
  return { ...first, bytes: Buffer.from(text) }
}

/** Returns the lines that a line was joined from, or that its records are to be written as. */
export function splitLine(line: Buffer | string): (Buffer | string)[] {
  const text = line.toString()
  if (!text.startsWith(START)) return [line]
  const end = text.lastIndexOf(END)
  const [records, terminator] = [text.slice(START.length, end), text.slice(end + END.length) || '\n']
  if (records.includes(BETWEEN)) return records.split(BETWEEN).map((record) => record + terminator)
  const { [RECORDS]: parsed } = JSON.parse(text.slice(0, end + END.length), keepNumbers as never) as {
    [RECORDS]: object[]
  }
  return parsed.map((record) => JSON.stringify(record) + terminator)
}

const keepNumbers = (_key: string, value: unknown, { source }: { source?: string }) =>
  typeof value === 'number' ? JSON.rawJSON(source as string) : value

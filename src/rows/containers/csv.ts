// Tables of comma- or tab-separated values as lines of JSON, and back: the first line names the columns.
import { isUtf8 } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import type { Info } from 'csv-parse'
import { messageOf, UsageError } from '../../base/errors.ts'
import { isObject, textOfScalar, type JsonObject } from '../../base/json.ts'
import { readChunks, type Line } from '../../base/lines.ts'
import type { LineSink } from '../../base/sink.ts'

export type Separator = ',' | '\t'

/** What separates the fields of tables that are read. */
const SEPARATORS = ['\t', ',', ';'] as const

/** Columns whose cells hold numbers or JSON; all others hold texts. */
const NOT_TEXT = /^(labels?|scores?|docs|pos|neg|(pos|neg)_scores)$/

const KNOWN = /^(query|query_id|question|anchor|query_text|sentence_?[12ab]|sentence|premise)$/i

/** Returns whether the fields of a first line name columns of training rows, or are ids as in the triples of MS MARCO. */
function isHeader(fields: readonly string[]): boolean {
  if (fields.length < 2) return false
  return isIds(fields) || fields.some((field) => KNOWN.test(field.trim().replace(/^"|"$/g, '')))
}

/** Returns what separates the fields of a first line that names columns of training rows; undefined if it names none. */
export function separatorOf(head: string): (typeof SEPARATORS)[number] | undefined {
  const [first = ''] = head.split(/\r\n|\r|\n/)
  return SEPARATORS.find((separator) => isHeader(first.split(separator)))
}

const ID_COLUMNS = ['query_id', 'positive_id', 'negative_id']
const isIds = (fields: readonly string[]) => fields.length === 3 && fields.every((field) => /^\d+$/.test(field.trim()))

interface Parsed {
  record: string[]
  info: Info
}

const BATCH = 500

/**
 * Yields each record as a line of JSON.
 * @param separator unless the header is separated by another one
 * @throws UsageError naming the line that is not a record or not UTF-8, or a column that is there twice
 */
export async function* readTable(path: string, separator: Separator): AsyncGenerator<Line[]> {
  const { parse } = await import('csv-parse')
  const delimiter = (await separatorAt(path)) ?? separator
  const parser = pipeline(
    Readable.from(inUtf8(path)),
    parse({ delimiter, bom: true, info: true, relax_quotes: true, skip_empty_lines: true }),
    // What breaks is thrown where the records are read.
    () => undefined,
  )
  let names: string[] | undefined
  let batch: Line[] = []
  let end = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const number = end + 1
      end = info.lines
      if (names === undefined) {
        names = isIds(record) ? ID_COLUMNS : record.map((name) => name.trim())
        assertDistinct(path, names)
        if (!isIds(record)) continue
      }
      batch.push({ number, bytes: Buffer.from(`${JSON.stringify(recordOf(names, record))}\n`) })
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { lines } = error as { lines?: number }
    const where =
      lines === undefined ? `cannot read ${path} after line ${end}` : `${path}:${lines}: not a record of the table`
    throw new UsageError(`${where}: ${messageOf(error)}`, { cause: error })
  }
  if (batch.length > 0) yield batch
}

async function separatorAt(path: string): Promise<string | undefined> {
  for await (const chunk of readChunks(path))
    return separatorOf(chunk.toString('utf8', 0, HEADER).replace(/^\ufeff/, ''))
  return undefined
}

/** The most bytes of a header. */
const HEADER = 1 << 16

/** Yields the bytes of a table. @throws UsageError naming the first line that is not UTF-8; UTF-16 with a mark passes */
async function* inUtf8(path: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 0
  let isOther = false
  let isFirst = true
  for await (const chunk of readChunks(path)) {
    if (isFirst) isOther = chunk[0] === 0xff && chunk[1] === 0xfe
    isFirst = false
    if (!isOther) lines += linesIn(chunk, decoder, path, lines)
    yield chunk
  }
}

function linesIn(chunk: Buffer, decoder: TextDecoder, path: string, before: number): number {
  try {
    return decoder.decode(chunk, { stream: true }).split('\n').length - 1
  } catch (error) {
    const parts = chunk.toString('latin1').split('\n')
    const bad = parts.findIndex((part, at) => at > 0 && !isUtf8(Buffer.from(part, 'latin1')))
    const line = before + 1 + (isUtf8(Buffer.from(parts[0] as string, 'latin1')) ? Math.max(0, bad) : 0)
    throw new UsageError(`${path}:${line}: the line is not valid UTF-8`, {
      cause: error,
      hint: 'Write the table as UTF-8: iconv -f LATIN1 -t UTF-8 FILE.',
    })
  }
}

function assertDistinct(path: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) throw new UsageError(`${path}:1: the column ${JSON.stringify(twice)} is there twice`)
}

const recordOf = (names: readonly string[], fields: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name, index) => [name, valueOf(name, fields[index] ?? '')]))

function valueOf(name: string, cell: string): unknown {
  if (!NOT_TEXT.test(name)) return cell
  if (cell === '') return null
  try {
    const value: unknown = JSON.parse(cell)
    return typeof value === 'number' ? JSON.rawJSON(cell.trim()) : value
  } catch {
    return cell
  }
}

/** Writes lines of JSON as a table; the first one decides the columns. @throws UsageError at a row with other columns */
export function tableSink(file: LineSink, path: string, separator: Separator, hasHeader = true): LineSink {
  let names: string[] | undefined
  let rows = 0
  const write = (line: Buffer | string) => {
    const record = JSON.parse(line.toString(), rawNumbers as never) as JsonObject
    rows += 1
    // Only ids of digits are known as such without a header.
    const isBare = !hasHeader && isIds(Object.values(record).map(cellOf))
    const head = names === undefined && !isBare ? textOfFields(Object.keys(record), separator) : ''
    names ??= Object.keys(record)
    if (Object.keys(record).some((name) => !names?.includes(name))) throw otherColumns(path, rows, names, record)
    const columns = names
    return file.write(
      head +
        textOfFields(
          columns.map((name) => cellOf(record[name])),
          separator,
        ),
    )
  }
  return { write, commit: () => file.commit(), abort: () => file.abort() }
}

const rawNumbers = (_key: string, value: unknown, { source }: { source?: string }) =>
  typeof value === 'number' ? JSON.rawJSON(source as string) : value

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return textOfScalar(value) ?? (isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value))
}

const textOfFields = (fields: readonly string[], separator: Separator) =>
  `${fields.map((field) => quotedField(field, separator)).join(separator)}\n`

const quotedField = (field: string, separator: Separator) =>
  /["\r\n]/.test(field) || field.includes(separator) || field !== field.trim() || field === ''
    ? `"${field.replaceAll('"', '""')}"`
    : field

function otherColumns(path: string, row: number, names: readonly string[], record: JsonObject): UsageError {
  const found = Object.keys(record).join(', ')
  return new UsageError(
    `${path}: row ${row} has the columns ${found}; a table has those of its first row: ${names.join(', ')}`,
    {
      hint: 'Write JSON lines or Parquet instead: --out NAME.jsonl or NAME.parquet.',
    },
  )
}

// Reads records with named columns from the file types of collections: JSON lines (plain or gzip), tab-separated lines, Parquet.
import { isObject, parseLossless, textOfScalar, type JsonObject } from '../../base/json.ts'
import { readLines, textOf, type Line } from '../../base/lines.ts'
import { isParquet, parquetColumns, readParquetRows } from './parquet.ts'

export interface FileRecord {
  /** Number of the line, or of the Parquet row, from 1. */
  line: number
  columns: JsonObject
}

/** A line that is not a record. */
export interface BadRecord {
  line: number
  fault: string
}

export interface RecordOptions {
  /** Names of the columns of tab-separated lines, by number of columns, such as `{ 2: ['id', 'text'] }`. Without it, only JSON is read. */
  tabs?: Record<number, readonly string[]>
  /** Whether the first tab-separated line is a header and not a record. */
  isHeader?: (columns: JsonObject) => boolean
  /** Parquet columns to read if the file has them; all others stay unread. */
  wanted: readonly string[]
  /**
   * Receives the uncompressed bytes of a text file. For Parquet, it receives the JSON of each row, because the bytes depend on how the file
   * was written.
   */
  onBytes?: ((bytes: Buffer) => void) | undefined
}

/**
 * Yields the records of a file in order, in batches. Blank lines are skipped.
 * @throws UsageError if the file cannot be read
 */
export async function* readRecords(path: string, options: RecordOptions): AsyncGenerator<(FileRecord | BadRecord)[]> {
  if (await isParquet(path)) yield* readRows(path, options)
  else yield* readTexts(path, options)
}

async function* readTexts(
  path: string,
  { tabs, isHeader, onBytes }: RecordOptions,
): AsyncGenerator<(FileRecord | BadRecord)[]> {
  let isFirst = true
  for await (const lines of readLines(path, onBytes)) {
    const batch: (FileRecord | BadRecord)[] = []
    for (const line of lines) {
      const text = textOf(line)
      if (text.trim() === '') continue
      const isOfTabs = tabs !== undefined && !text.startsWith('{')
      const record = isOfTabs ? fromTabs(line, text, tabs) : fromJson(line, text)
      if (!(isFirst && isOfTabs && 'columns' in record && isHeader?.(record.columns))) batch.push(record)
      isFirst = false
    }
    yield batch
  }
}

function fromJson({ number: line }: Line, text: string): FileRecord | BadRecord {
  try {
    const columns: unknown = JSON.parse(text)
    if (!isObject(columns)) return { line, fault: `not a JSON object: ${shown(text)}` }
    // Numeric ids must keep all their digits.
    const hasNumber = Object.values(columns).some((value) => typeof value === 'number')
    return { line, columns: hasNumber ? parseLossless(text) : columns }
  } catch {
    return { line, fault: `not valid JSON: ${shown(text)}` }
  }
}

function fromTabs(
  { number: line }: Line,
  text: string,
  tabs: Record<number, readonly string[]>,
): FileRecord | BadRecord {
  const fields = text.split('\t')
  const names = tabs[fields.length]
  if (names) return { line, columns: Object.fromEntries(names.map((name, index) => [name, fields[index]])) }
  const allowed = Object.values(tabs).map((each) => each.join('<tab>'))
  return { line, fault: `neither JSON nor ${allowed.join(' or ')}: ${shown(text)}` }
}

async function* readRows(path: string, { wanted, onBytes }: RecordOptions): AsyncGenerator<FileRecord[]> {
  const there = await parquetColumns(path)
  let line = 0
  for await (const rows of readParquetRows(
    path,
    wanted.filter((name) => there.includes(name)),
  )) {
    yield rows.map((columns) => {
      onBytes?.(Buffer.from(`${JSON.stringify(columns, jsonOf)}\n`))
      return { line: ++line, columns }
    })
  }
}

const jsonOf = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

/** Returns the first of several columns that holds a text or a number, as text; undefined if none does. */
export function textIn(columns: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = columns[name]
    const text = typeof value === 'bigint' ? String(value) : textOfScalar(value)
    if (text !== undefined) return text
  }
  return undefined
}

/** Quotes a text for an error message, shortened. */
export const shown = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text)

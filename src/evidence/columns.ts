// The Parquet columns of evidence, derived from the declarations of its kinds: flat, so that every tool can filter them, and convertible
// back into records.
import type { SchemaElement } from 'hyparquet'
import type { Field } from '../base/fields.ts'
import type { JsonObject } from '../base/json.ts'
import { KINDS } from './evidence.ts'

/** A column and its location in a record: a field, or a field of a nested record. */
interface Column {
  name: string
  field: string
  within?: string
  type: Field['type']
}

/** The fields whose columns come first, and the field whose column has another name, for compatibility with the first files. */
const FIRST =
  'row line kind passage stage model prompt verdict step snippet rank order window score strict votes reason'.split(' ')
const NAMED: Record<string, string> = { fault: 'gate' }

const ABOUT_A_ROW: Column[] = [
  { name: 'row', field: 'row', type: 'text' },
  { name: 'line', field: 'line', type: 'whole' },
  { name: 'kind', field: 'kind', type: 'text' },
]

/** The record as JSON if one of its texts is not valid Unicode, which Parquet cannot hold; otherwise null. */
const EXACT: Column = { name: 'exact', field: 'exact', type: 'text' }

/** The columns that a record of each kind can fill. */
const COLUMNS_OF = new Map<unknown, Column[]>(
  KINDS.map(({ name, fields }) => [name, [...ABOUT_A_ROW, ...Object.entries(fields).flatMap(columnsOfField)]]),
)

const COLUMNS = inOrder([...COLUMNS_OF.values()].flat())
export const COLUMN_NAMES: readonly string[] = COLUMNS.map(({ name }) => name)
const NOTHING = Object.fromEntries(COLUMN_NAMES.map((name) => [name, null]))

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const
const STORED: Record<string, Partial<SchemaElement>> = {
  text: TEXT,
  whole: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  list: TEXT,
}

export const SCHEMA: SchemaElement[] = [
  { name: 'evidence', num_children: COLUMN_NAMES.length },
  ...COLUMNS.flatMap(({ name, type }): SchemaElement[] =>
    type === 'texts'
      ? [
          { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          { name: 'element', repetition_type: 'REQUIRED', ...TEXT },
        ]
      : [{ name, ...STORED[type], repetition_type: 'OPTIONAL' }],
  ),
]

/** Returns the names of the columns that a file with records of this kind must have. */
export const columnsOf = (kind: unknown): string[] =>
  [...(COLUMNS_OF.get(kind) ?? ABOUT_A_ROW), EXACT].map(({ name }) => name)

/** Returns a column for each field of a nested record; the first has the record's own name. */
function columnsOfField([field, { type, fields }]: [string, Field]): Column[] {
  const name = NAMED[field] ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  if (type !== 'record') return [{ name, field, type }]
  return Object.entries(fields).map(([within, member], index) => ({
    name: index === 0 ? name : `${name}_${within}`,
    field,
    within,
    type: member.type,
  }))
}

/** Returns each column once; lists of texts are last. */
function inOrder(columns: Column[]): Column[] {
  const all = [...new Map(columns.map((column) => [column.name, column])).values()]
  const place = ({ field }: Column) => (FIRST.includes(field) ? FIRST.indexOf(field) : FIRST.length)
  const flat = all.filter(({ type }) => type !== 'texts').sort((one, other) => place(one) - place(other))
  return [...flat, EXACT, ...all.filter(({ type }) => type === 'texts')]
}

/** Returns a record as values by column; null for missing ones. */
export function toColumns(record: JsonObject): JsonObject {
  const values: JsonObject = { ...NOTHING }
  let isExact = true
  for (const column of COLUMNS_OF.get(record['kind']) ?? []) {
    const value = valueIn(record, column)
    if (value === undefined) continue
    values[column.name] = value
    isExact &&= isWellFormed(value)
  }
  if (!isExact) values[EXACT.name] = JSON.stringify(record)
  return values
}

/** Restores the record from these values. @throws SyntaxError if a JSON value is damaged */
export function fromColumns(values: JsonObject): JsonObject {
  if (typeof values[EXACT.name] === 'string') return JSON.parse(values[EXACT.name] as string) as JsonObject
  const record: JsonObject = {}
  for (const { name, field, within, type } of COLUMNS_OF.get(values['kind']) ?? ABOUT_A_ROW) {
    const held = values[name] ?? undefined
    if (held === undefined) continue
    const value = type === 'list' ? (JSON.parse(String(held)) as unknown) : held
    if (within === undefined) record[field] = value
    else record[field] = { ...(record[field] as JsonObject | undefined), [within]: value }
  }
  return record
}

function valueIn(record: JsonObject, { field, within, type }: Column): unknown {
  const value = record[field]
  if (value === undefined) return undefined
  if (type === 'list') return JSON.stringify(value)
  return within === undefined ? value : (value as JsonObject)[within]
}

const isWellFormed = (value: unknown): boolean =>
  typeof value === 'string' ? value.isWellFormed() : !Array.isArray(value) || value.every(isWellFormed)

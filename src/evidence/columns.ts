// The columns of evidence in Parquet: flat, so that every tool can filter them, and back into records.
import type { SchemaElement } from 'hyparquet'
import { isObject, type JsonObject } from '../base/json.ts'

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const
const WHOLE = { type: 'INT32' } as const
const DECIMAL = { type: 'DOUBLE' } as const
const FLAG = { type: 'BOOLEAN' } as const

/** A column, and where its value stands in a record: in a field, or within one. */
interface Column {
  name: string
  field: string
  within: string | undefined
  type: typeof TEXT | typeof WHOLE | typeof DECIMAL | typeof FLAG
  /** Whether the value is a list of records, which stands there as JSON. */
  isJson: boolean
}

function column(name: string, type: Column['type'], at = name, isJson = false): Column {
  const [field = '', within] = at.split('.')
  return { name, field, within, type, isJson }
}

const json = (name: string) => column(name, TEXT, name, true)

/** All but the passages of an unread call, which are a list. */
const COLUMNS: readonly Column[] = [
  column('row', TEXT),
  column('line', WHOLE),
  column('kind', TEXT),
  column('passage', TEXT),
  column('stage', TEXT),
  column('model', TEXT),
  column('prompt', TEXT),
  column('verdict', TEXT),
  column('step', WHOLE),
  column('snippet', TEXT, 'snippet.text'),
  column('snippet_in', TEXT, 'snippet.in'),
  column('snippet_start', WHOLE, 'snippet.start'),
  column('snippet_end', WHOLE, 'snippet.end'),
  column('rank', DECIMAL),
  column('order', WHOLE),
  column('window', TEXT),
  column('score', DECIMAL),
  column('strict', FLAG),
  column('votes', WHOLE, 'votes.agree'),
  column('votes_of', WHOLE, 'votes.of'),
  column('reason', TEXT),
  column('why', TEXT),
  column('detail', TEXT),
  column('raw', TEXT),
  column('need', TEXT),
  column('meets', TEXT),
  column('boundary', TEXT),
  json('requirements'),
  json('perturbations'),
  column('text', TEXT),
  column('title', TEXT),
  column('strategy', TEXT),
  column('requirement', WHOLE),
  column('rewrites', TEXT),
  column('attempt', WHOLE),
  column('gate', TEXT, 'fault.gate'),
  column('gate_detail', TEXT, 'fault.detail'),
  column('attempts_answer', FLAG, 'attemptsAnswer'),
  // The record as JSON where a text of it is no valid Unicode, which Parquet cannot hold; else null.
  column('exact', TEXT),
]

const PASSAGES = 'passages'

export const COLUMN_NAMES: readonly string[] = [...COLUMNS.map(({ name }) => name), PASSAGES]

export const SCHEMA: SchemaElement[] = [
  { name: 'evidence', num_children: COLUMN_NAMES.length },
  ...COLUMNS.map(({ name, type }): SchemaElement => ({ name, ...type, repetition_type: 'OPTIONAL' })),
  { name: PASSAGES, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'REQUIRED', ...TEXT },
]

/** A record as values by column; null where it has none. */
export function toColumns(record: JsonObject): JsonObject {
  const values = Object.fromEntries(COLUMNS.map((each) => [each.name, valueIn(record, each) ?? null]))
  const texts = [...Object.values(values), ...((record[PASSAGES] as string[] | undefined) ?? [])]
  const isValid = texts.every((value) => typeof value !== 'string' || value.isWellFormed())
  return { ...values, [PASSAGES]: record[PASSAGES] ?? null, exact: isValid ? null : JSON.stringify(record) }
}

/** The record that these values were. @throws SyntaxError when what stands there as JSON is damaged */
export function fromColumns(values: JsonObject): JsonObject {
  if (typeof values['exact'] === 'string') return JSON.parse(values['exact']) as JsonObject
  const record: JsonObject = {}
  for (const { name, field, within, isJson } of COLUMNS) {
    const held = values[name] ?? undefined
    if (held === undefined) continue
    const value = isJson ? (JSON.parse(String(held)) as unknown) : held
    if (within === undefined) record[field] = value
    else record[field] = { ...(record[field] as JsonObject | undefined), [within]: value }
  }
  if (Array.isArray(values[PASSAGES])) record[PASSAGES] = values[PASSAGES]
  return record
}

function valueIn(record: JsonObject, { field, within, isJson }: Column): unknown {
  const value = record[field]
  if (isJson) return value === undefined ? undefined : JSON.stringify(value)
  if (within === undefined) return value
  return isObject(value) ? value[within] : undefined
}

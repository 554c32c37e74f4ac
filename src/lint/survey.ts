// The columns of a file as a loader sees them: one table whose columns have one type each, which the first part of the file decides.
import type { JsonObject } from '../base/json.ts'

export type FieldType = 'text' | 'whole number' | 'decimal number' | 'boolean' | 'list' | 'object'

/** Where something occurs first. */
export interface First {
  line: number
  /** Whether that is after the part of the file that decides about the columns. */
  isLate: boolean
}

/** A column, what its lists hold, or what its objects have under a name. */
export interface Field {
  types: Map<FieldType, First>
  /** Its first occurrence, null or not. */
  first: First
  /** What lists hold. */
  item?: Field
  /** What objects have. */
  fields?: Map<string, Field>
}

export interface Column extends Field {
  name: string
  /** Records that have something in it. */
  filled: number
  /** The first line without it, or with null; undefined if there is none. */
  empty: number | undefined
}

/** Bytes of JSON lines that `datasets` reads at once: the first ones decide about the columns. */
const BLOCK = 10 << 20

export class Survey {
  rows = 0
  /** In the order in which they occur first. */
  readonly columns = new Map<string, Column>()
  /** Whether any passage that is an object has a title. */
  hasTitles = false
  readonly #block: number
  #bytes = 0
  #firstLine = 0

  /** @param block bytes that decide about the columns; Infinity for containers that say them */
  constructor(block = BLOCK) {
    this.#block = block
  }

  /** @param text the record as it is written, which tells `1` from `1.0` */
  add(record: JsonObject, line: number, text: string): void {
    if (this.rows === 0) this.#firstLine = line
    this.rows += 1
    const at: First = { line, isLate: this.#bytes >= this.#block }
    this.#bytes += Buffer.byteLength(text) + 1
    for (const name of Object.keys(record)) {
      let column = this.columns.get(name)
      if (column === undefined) {
        const empty = this.rows > 1 ? this.#firstLine : undefined
        this.columns.set(name, (column = { name, filled: 0, types: new Map(), first: at, empty }))
      }
      const value = record[name]
      if (value === null || value === undefined) column.empty ??= line
      else {
        column.filled += 1
        visit(column, value, at, text)
      }
    }
    // A record with fewer columns lacks one of them.
    for (const column of this.columns.values()) {
      if (column.empty === undefined && !(column.name in record)) column.empty = line
      this.hasTitles ||= column.item?.fields?.has('title') ?? false
    }
  }

  /** Names of the columns, in order. */
  get names(): string[] {
    return [...this.columns.keys()]
  }
}

function visit(field: Field, value: unknown, at: First, text: string): void {
  if (value === null || value === undefined) return
  const type = typeOf(field, value, text)
  if (!field.types.has(type)) field.types.set(type, at)
  if (Array.isArray(value)) {
    if (value.length === 0) return
    const item = (field.item ??= { types: new Map(), first: at })
    for (const each of value) visit(item, each, at, text)
  } else if (type === 'object') {
    const fields = (field.fields ??= new Map())
    const entries = value as JsonObject
    for (const name of Object.keys(entries)) {
      let inner = fields.get(name)
      if (inner === undefined) fields.set(name, (inner = { types: new Map(), first: at }))
      visit(inner, entries[name], at, text)
    }
  }
}

function typeOf(field: Field, value: unknown, text: string): FieldType {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return isDecimal(field, value, text) ? 'decimal number' : 'whole number'
  return Array.isArray(value) ? 'list' : 'object'
}

/** The first number of a field tells how those without a fraction are written: with a point or without. */
function isDecimal({ types }: Field, value: number, text: string): boolean {
  if (!Number.isInteger(value)) return true
  if (types.has('whole number')) return false
  return types.has('decimal number') || text.includes(`${value}.0`)
}

/** Yields every field of a file with its path: `neg`, `neg[]`, `positive_passages[].title`. */
export function* fieldsOf({ columns }: Survey): Generator<[string, Field]> {
  for (const [name, column] of columns) yield* pathsOf(name, column)
}

function* pathsOf(path: string, field: Field): Generator<[string, Field]> {
  yield [path, field]
  if (field.item) yield* pathsOf(`${path}[]`, field.item)
  for (const [name, inner] of field.fields ?? []) yield* pathsOf(`${path}.${name}`, inner)
}

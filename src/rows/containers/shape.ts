// The type of a column of JSON values, found over all rows: containers with typed columns need it before the first row is written.
import { isObject, textOfScalar } from '../../base/json.ts'

export type Shape =
  | { kind: 'null' | 'boolean' | 'whole' | 'decimal' | 'text' }
  | { kind: 'list'; of: Shape }
  | { kind: 'struct'; fields: Map<string, Shape> }

const NOTHING: Shape = { kind: 'null' }

/** Two values of one column that have no type in common. */
class ShapeConflict extends Error {
  constructor(path: string, one: string, other: string) {
    super(`the column ${path} holds ${one} in some rows and ${other} in others`)
  }
}

const WORDS: Record<Shape['kind'], string> = {
  null: 'nothing',
  boolean: 'true or false',
  whole: 'a whole number',
  decimal: 'a number',
  text: 'a text',
  list: 'a list',
  struct: 'an object',
}

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/**
 * Returns the shape of a column with one more value, whose numbers have their source text.
 * @throws ShapeConflict if the value does not fit the earlier ones
 */
function widened(shape: Shape, value: unknown, path: string): Shape {
  if (value === null || value === undefined) return shape
  const kind = kindOf(value)
  if (kind === 'list') {
    if (shape.kind !== 'null' && shape.kind !== 'list') throw new ShapeConflict(path, WORDS[shape.kind], WORDS.list)
    let of = shape.kind === 'list' ? shape.of : NOTHING
    for (const each of value as unknown[]) of = widened(of, each, `${path}[]`)
    if (shape.kind === 'list' && of === shape.of) return shape
    return { kind: 'list', of }
  }
  if (kind === 'struct') {
    if (shape.kind !== 'null' && shape.kind !== 'struct') throw new ShapeConflict(path, WORDS[shape.kind], WORDS.struct)
    const struct: Shape & { kind: 'struct' } = shape.kind === 'struct' ? shape : { kind: 'struct', fields: new Map() }
    widenFields(struct.fields, value as object, path)
    return struct
  }
  if (shape.kind === kind) return shape
  if (shape.kind === 'null') return { kind }
  const kinds = [shape.kind, kind]
  if (kinds.includes('whole') && kinds.includes('decimal')) return { kind: 'decimal' }
  throw new ShapeConflict(path, WORDS[shape.kind], WORDS[kind])
}

/** Widens the shapes of a record's fields, in place. @throws ShapeConflict if one does not fit */
export function widenFields(fields: Map<string, Shape>, record: object, path = ''): void {
  for (const [name, value] of Object.entries(record)) {
    const before = fields.get(name)
    const after = widened(before ?? NOTHING, value, path === '' ? name : `${path}.${name}`)
    if (after !== before) fields.set(name, after)
  }
}

function kindOf(value: unknown): Shape['kind'] {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  if (Array.isArray(value)) return 'list'
  const digits = textOfScalar(value)
  if (digits === undefined) return isObject(value) ? 'struct' : 'text'
  return /^-?\d+$/.test(digits) && digits !== '-0' && isLong(digits) ? 'whole' : 'decimal'
}

function isLong(digits: string): boolean {
  if (digits.length < 19) return true
  const number = BigInt(digits)
  return number >= LEAST && number <= MOST
}

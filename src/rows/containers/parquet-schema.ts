// The columns of a Parquet file to write: those of the file that the rows were read from where they still fit, else by the rows' values.
import type { SchemaElement, SchemaTree } from 'hyparquet'
import { numberOf, textOfScalar, type JsonObject } from '../../base/json.ts'
import { isStructOfLists } from './parquet-tree.ts'
import type { Shape } from './shape.ts'

export interface WrittenColumn {
  name: string
  elements: SchemaElement[]
  /** Turns a value of JSON into one of the library. */
  toValue(value: unknown): unknown
}

/** Returns the column for values of a shape. @param like the column as it was read, if there is one of this name */
export function columnOf(name: string, shape: Shape, like: SchemaTree | undefined): WrittenColumn {
  if (like !== undefined && fits(like, shape)) return { name, elements: elementsOf(like), toValue: valueBy(like) }
  return { name, elements: elementsFor(name, shape), toValue: valueFor(shape) }
}

const elementsOf = ({ element, children }: SchemaTree): SchemaElement[] => [element, ...children.flatMap(elementsOf)]

const isList = ({ element }: SchemaTree) => element.converted_type === 'LIST' || element.logical_type?.type === 'LIST'
const itemOf = ({ children: [repeated] }: SchemaTree) =>
  (repeated?.children.length === 1 ? repeated.children[0] : repeated) as SchemaTree

/** Returns whether values of a shape can be written in a column of this type without a change. */
function fits(tree: SchemaTree, shape: Shape): boolean {
  if (shape.kind === 'null') return tree.element.repetition_type === 'OPTIONAL'
  if (isList(tree))
    return shape.kind === 'list' && tree.children[0]?.children.length === 1 && fits(itemOf(tree), shape.of)
  if (isStructOfLists(tree)) {
    if (shape.kind !== 'list') return false
    if (shape.of.kind === 'null') return true
    return shape.of.kind === 'struct' && fieldsFit(tree.children, shape.of.fields, itemOf)
  }
  if (tree.children.length > 0) {
    return shape.kind === 'struct' && tree.element.converted_type !== 'MAP' && fieldsFit(tree.children, shape.fields)
  }
  return LEAVES[leafKind(tree.element)].includes(shape.kind)
}

const fieldsFit = (
  children: readonly SchemaTree[],
  fields: ReadonlyMap<string, Shape>,
  treeOf: (child: SchemaTree) => SchemaTree = (child) => child,
) =>
  [...fields].every(([name, shape]) => {
    const child = children.find(({ element }) => element.name === name)
    return child !== undefined && fits(treeOf(child), shape)
  })

type LeafKind = 'text' | 'whole' | 'long' | 'decimal' | 'boolean' | 'time' | 'other'
const LEAVES: Record<LeafKind, readonly Shape['kind'][]> = {
  text: ['text'],
  whole: ['whole'],
  long: ['whole'],
  decimal: ['whole', 'decimal'],
  boolean: ['boolean'],
  time: ['text'],
  other: [],
}

function leafKind({ type, converted_type: converted, logical_type: logical }: SchemaElement): LeafKind {
  if (type === 'BYTE_ARRAY') return converted === 'UTF8' || logical?.type === 'STRING' ? 'text' : 'other'
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'FLOAT' || type === 'DOUBLE') return 'decimal'
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'DATE') return 'time'
  if (converted !== undefined && !converted.startsWith('INT_')) return 'other'
  if (logical !== undefined && logical.type !== 'INTEGER') return 'other'
  return type === 'INT32' ? 'whole' : type === 'INT64' ? 'long' : 'other'
}

function valueBy(tree: SchemaTree): (value: unknown) => unknown {
  if (isList(tree)) return listOf(valueBy(itemOf(tree)))
  const children = tree.children.map((child) => [child.element.name, valueBy(child)] as const)
  if (isStructOfLists(tree)) return structOfLists(tree)
  if (children.length > 0) return structOf(children)
  const kind = leafKind(tree.element)
  if (kind === 'long') return whole
  if (kind === 'whole' || kind === 'decimal') return (value) => numberOf(value) ?? null
  if (kind === 'time') return (value) => (typeof value === 'string' ? new Date(value) : null)
  return (value) => value ?? null
}

function structOfLists({ children }: SchemaTree): (value: unknown) => unknown {
  const lists = children.map((child) => [child.element.name, valueBy(itemOf(child))] as const)
  return (value) => {
    if (!Array.isArray(value)) return null
    const records = value as JsonObject[]
    return Object.fromEntries(lists.map(([name, toValue]) => [name, records.map((record) => toValue(record[name]))]))
  }
}

const whole = (value: unknown) => {
  const digits = textOfScalar(value)
  return digits === undefined ? null : BigInt(digits)
}
const listOf = (toValue: (value: unknown) => unknown) => (value: unknown) =>
  Array.isArray(value) ? value.map(toValue) : null
const structOf = (parts: readonly (readonly [string, (value: unknown) => unknown])[]) => (value: unknown) => {
  if (value === null || value === undefined) return null
  return Object.fromEntries(parts.map(([name, toValue]) => [name, toValue((value as JsonObject)[name])]))
}

const OPTIONAL = { repetition_type: 'OPTIONAL' } as const
const TEXT: Omit<SchemaElement, 'name'> = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
}
const LEAF_TYPES = {
  boolean: { type: 'BOOLEAN' },
  whole: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  text: TEXT,
  // A column without a value needs a type all the same.
  null: TEXT,
} as const satisfies Record<string, Omit<SchemaElement, 'name'>>

/** @throws Error if a record has no fields at all, which Parquet cannot hold */
function elementsFor(name: string, shape: Shape): SchemaElement[] {
  if (shape.kind === 'list') {
    return [
      { name, ...OPTIONAL, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsFor('element', shape.of),
    ]
  }
  if (shape.kind === 'struct') {
    if (shape.fields.size === 0)
      throw new Error(`the column ${name} holds empty objects, which Parquet has no type for`)
    const fields = [...shape.fields].flatMap(([field, of]) => elementsFor(field, of))
    return [{ name, ...OPTIONAL, num_children: shape.fields.size }, ...fields]
  }
  return [{ name, ...OPTIONAL, ...LEAF_TYPES[shape.kind] }]
}

function valueFor(shape: Shape): (value: unknown) => unknown {
  if (shape.kind === 'list') return listOf(valueFor(shape.of))
  if (shape.kind === 'struct') return structOf([...shape.fields].map(([name, of]) => [name, valueFor(of)] as const))
  if (shape.kind === 'whole') return whole
  if (shape.kind === 'decimal') return (value) => numberOf(value) ?? null
  return (value) => value ?? null
}

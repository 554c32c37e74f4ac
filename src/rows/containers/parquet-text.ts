// Decodes the rows of a Parquet file into lines of JSON, from which its values can be written again exactly.
import type { SchemaElement, SchemaTree } from 'hyparquet'
import { bytesInJson, decimal, isObject, type JsonObject } from '../../base/json.ts'
import { openParquetRows, parquetSchema } from './parquet.ts'

type ToJson = (value: unknown) => unknown

/** Decodes the rows of a file, one group after another. */
export interface ParquetText {
  groups: readonly (readonly [rowStart: number, rowEnd: number])[]
  /** Returns the lines of a group's rows. */
  textOf(rowStart: number, rowEnd: number): Promise<string>
}

/** @throws UsageError if the file is damaged */
export async function openParquetText(path: string): Promise<ParquetText> {
  const { children } = await parquetSchema(path)
  const file = await openParquetRows(path, undefined, true)
  const converted = children.flatMap((tree) => {
    const toJson = jsonOf(tree) ?? (tree.children.length > 0 ? nullIfMissing : undefined)
    return toJson ? [[tree.element.name, toJson] as const] : []
  })
  return {
    groups: file.groups,
    async textOf(rowStart, rowEnd) {
      const rows = await file.rows(rowStart, rowEnd)
      let text = ''
      for (const row of rows) {
        for (const [name, toJson] of converted) row[name] = toJson(row[name])
        text += `${JSON.stringify(row)}\n`
      }
      return text
    },
  }
}

/** A list that is null is missing in the library's rows; in JSON all rows have the same columns. */
const nullIfMissing: ToJson = (value) => value ?? null

/** Returns how the values of a column are written in JSON; undefined if they need no change. */
function jsonOf(tree: SchemaTree): ToJson | undefined {
  const { element, children } = tree
  if (children.length === 0) return leafJson(element)
  if (element.converted_type === 'LIST' || element.logical_type?.type === 'LIST') return listJson(tree)
  if (element.converted_type === 'MAP' || element.logical_type?.type === 'MAP') return anyJson
  const parts = children.map((child) => ({ name: child.element.name, toJson: jsonOf(child) }))
  const changed = parts.filter(({ toJson }) => toJson !== undefined)
  const toRecord: ToJson | undefined =
    changed.length === 0
      ? undefined
      : (value) => {
          if (value === null || value === undefined) return null
          const record = { ...(value as JsonObject) }
          for (const { name, toJson } of changed) record[name] = toJson?.(record[name])
          return record
        }
  const names = parts.map(({ name }) => name)
  if (!isStructOfLists(tree)) return toRecord
  return (value) => listOfStructs((toRecord ? toRecord(value) : value) as JsonObject | null, names)
}

function listJson({ children: [repeated] }: SchemaTree): ToJson | undefined {
  // Three levels are the rule; the middle one has no value of its own.
  const element = repeated?.children.length === 1 ? repeated.children[0] : repeated
  const toJson = element && jsonOf(element)
  return toJson && ((value) => (Array.isArray(value) ? value.map(toJson) : (value ?? null)))
}

/** The columns of passages: `datasets` once wrote a list of structs there as a struct of lists. */
const PASSAGES = /^((positive|negative)_passages|(positive|negative|hard_negative)_ctxs|candidates|(pos|neg)_doc)$/

/** Returns whether a column is a struct of lists where a list of structs is meant. */
export const isStructOfLists = ({ element, children }: SchemaTree): boolean =>
  PASSAGES.test(element.name) &&
  children.length > 0 &&
  children.every((child) => child.element.converted_type === 'LIST' || child.element.logical_type?.type === 'LIST')

function listOfStructs(value: JsonObject | null, names: readonly string[]): unknown {
  if (value === null || value === undefined) return null
  const lists = names.map((name) => (value[name] ?? []) as unknown[])
  const length = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length }, (_none, at) =>
    Object.fromEntries(names.map((name, index) => [name, lists[index]?.[at] ?? null])),
  )
}

function leafJson({ type, converted_type: converted, logical_type: logical }: SchemaElement): ToJson | undefined {
  if (type === 'DOUBLE' || type === 'FLOAT' || logical?.type === 'FLOAT16' || converted === 'DECIMAL') return decimal
  const isText = converted === 'UTF8' || converted === 'ENUM' || converted === 'JSON' || logical !== undefined
  if (type === 'BYTE_ARRAY' && isText) return undefined
  if (type === 'BOOLEAN' || (type === 'INT32' && converted === undefined && logical === undefined)) return undefined
  return scalarJson
}

/** Writes a value of any shape, as maps have it: what JSON has no type for at any depth. */
function anyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(anyJson)
  if (!isObject(value) || value instanceof Date || value instanceof Uint8Array) return scalarJson(value)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, anyJson(each)]))
}

function scalarJson(value: unknown): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value))
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return bytesInJson(value)
  return value ?? null
}

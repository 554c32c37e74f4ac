// What rules look for in records, and how they mend them.
import { isObject, type JsonObject } from '../../base/json.ts'
import { shortened } from '../../base/strings.ts'

/** Returns the list in a column; undefined if it holds none. */
export const listOf = (record: JsonObject, name: string): unknown[] | undefined =>
  Array.isArray(record[name]) ? record[name] : undefined

export const isText = (value: unknown): value is string => typeof value === 'string'

/** Whether there is nothing in a column. */
export const isAbsent = (value: unknown) => value === undefined || value === null

/** Describes a value for a message: its type, and what it is if that is short. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isObject(value)) return 'rawJSON' in value ? `a number (${String(value['rawJSON'])})` : 'an object'
  return `a ${typeof value === 'string' ? 'text' : typeof value} (${shortened(JSON.stringify(value), 40)})`
}

/** Returns the columns that a record lacks. */
export const lacking = (record: JsonObject, names: readonly string[]) => names.filter((name) => isAbsent(record[name]))

export function without(record: JsonObject, names: readonly string[]): JsonObject {
  if (!names.some((name) => name in record)) return record
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}

/** Puts each text that stands alone into a list. */
export function inLists(record: JsonObject, names: readonly string[], wrap: (value: unknown) => boolean): JsonObject {
  const alone = names.filter((name) => wrap(record[name]))
  return alone.length === 0 ? record : { ...record, ...Object.fromEntries(alone.map((name) => [name, [record[name]]])) }
}

/**
 * Keeps the entries of a list that a condition holds for, and those of the lists that are as long beside it. The record stays as it is if
 * none would be left.
 * @param beside the beginning of the names of parallel lists: `neg_` for `neg_scores`, `neg_ids`
 */
export function filtered(
  record: JsonObject,
  name: string,
  beside: string,
  isKept: (entry: unknown) => boolean,
): JsonObject {
  const list = listOf(record, name)
  if (list === undefined || list.every(isKept) || !list.some(isKept)) return record
  return picked(
    record,
    name,
    beside,
    [...list.keys()].filter((at) => isKept(list[at])),
  )
}

/** Gives a list as many entries as wanted: the first ones, repeated in order where there are too few. */
export function withCount(record: JsonObject, name: string, beside: string, count: number): JsonObject {
  const list = listOf(record, name)
  if (list === undefined || list.length === 0 || list.length === count) return record
  return picked(
    record,
    name,
    beside,
    Array.from({ length: count }, (_none, at) => at % list.length),
  )
}

function picked(record: JsonObject, name: string, beside: string, places: readonly number[]): JsonObject {
  const { length } = record[name] as unknown[]
  const names = Object.keys(record).filter((each) => each === name || (each.startsWith(beside) && each !== name))
  const lists = names.flatMap((each) => {
    const list = listOf(record, each)
    return list?.length === length ? [[each, places.map((at) => list[at])] as const] : []
  })
  return { ...record, ...Object.fromEntries(lists) }
}

/** Says which columns a record lacks, and which are null; undefined if there are none. */
export function sayMissing(names: readonly string[], record: JsonObject): string | undefined {
  if (names.length === 0) return undefined
  const empty = names.filter((name) => name in record)
  const absent = names.filter((name) => !(name in record))
  return [
    ...(absent.length > 0 ? [`${absent.join(', ')} missing; found ${Object.keys(record).join(', ')}`] : []),
    ...(empty.length > 0 ? [`${empty.join(', ')} ${empty.length === 1 ? 'is' : 'are'} null`] : []),
  ].join('; ')
}

// The origin of each passage as recorded in files and, for text that a model wrote, the strategy and the requirement that it breaks.
import type { JsonObject } from '../../base/json.ts'
import { labelled, type Origin, type Passage, type Row } from '../row.ts'
import { describe, type Fault } from './format.ts'

/** The origin of a passage as recorded in a file. */
export type StatedOrigin = Pick<Passage, 'origin' | 'generation'>

const ORIGINS: readonly unknown[] = ['given', 'mined', 'generated'] satisfies Origin[]

/** Returns the origin in a value; undefined if it is not a known one. */
const originIn = (value: unknown) => (ORIGINS.includes(value) ? (value as Origin) : undefined)

/** The fields with a passage's origin. Unknown ones are empty texts, because a loader expects texts in every row. */
export const ORIGIN_FIELDS = ['origin', 'strategy', 'requirement'] as const
export type OriginFields = Record<(typeof ORIGIN_FIELDS)[number], unknown>

/**
 * Reads a passage's fields; undefined if its origin is not known to Winnow. Strategy and requirement are read only for generated passages.
 * @param where names a field for an error message
 */
export function statedIn(
  fields: Partial<OriginFields>,
  where: (field: keyof OriginFields) => string,
  faults: Fault[],
): StatedOrigin | undefined {
  const origin = originIn(fields.origin)
  if (origin !== 'generated') return origin && { origin }
  const textOf = (field: 'strategy' | 'requirement') => {
    const value = fields[field] ?? ''
    if (typeof value === 'string') return value
    faults.push({ code: 'wrong-type', message: `${where(field)} must be a string, found ${describe(value)}` })
    return ''
  }
  const generation = { strategy: textOf('strategy'), requirement: textOf('requirement') }
  return generation.strategy === '' && generation.requirement === '' ? { origin } : { origin, generation }
}

/** Returns the fields of a passage. Existing values that mean nothing to Winnow are kept. */
export function originFields({ origin, generation }: Passage, there: Partial<OriginFields> = {}): OriginFields {
  const isForeign = origin !== 'generated' && (there.origin ?? '') !== '' && originIn(there.origin) === undefined
  return {
    origin: isForeign ? there.origin : origin,
    strategy: origin === 'generated' ? (generation?.strategy ?? '') : (there.strategy ?? ''),
    requirement: origin === 'generated' ? (generation?.requirement ?? '') : (there.requirement ?? ''),
  }
}

/** The suffixes of lists parallel to the passages of a row, as in `neg_origins`. */
const LISTS = { origin: '_origins', strategy: '_strategies', requirement: '_requirements' } as const

/** Returns the list entry for a new passage; undefined if the suffix is not that of a list of origins. */
export function originListValue(passage: Passage, suffix: string): unknown {
  const field = ORIGIN_FIELDS.find((each) => LISTS[each] === suffix)
  return field && originFields(passage)[field]
}

/** Reads the lists parallel to the passages, in order; undefined if there is no list of origins. */
export function originListsIn(
  columns: JsonObject,
  prefix: string,
  length: number,
  faults: Fault[],
): (StatedOrigin | undefined)[] | undefined {
  if (!Array.isArray(columns[prefix + LISTS.origin])) return undefined
  const [origins, strategies, requirements] = ORIGIN_FIELDS.map((field) => {
    const list = columns[prefix + LISTS[field]]
    if (!Array.isArray(list)) return []
    if (list.length === length) return list as unknown[]
    const message = `"${prefix}${LISTS[field]}" must be as long as its passages: found ${list.length} for ${length}`
    faults.push({ code: 'wrong-length', message })
    return []
  }) as [unknown[], unknown[], unknown[]]
  return origins.map((origin, index) =>
    statedIn(
      { origin, strategy: strategies[index], requirement: requirements[index] },
      (field) => `"${prefix}${LISTS[field]}" position ${index + 1}`,
      faults,
    ),
  )
}

/** Returns the columns with the lists for a row whose passages are those of the columns, in order. */
export function withOriginLists(
  columns: JsonObject,
  prefixes: Record<'positive' | 'negative', string>,
  row: Row,
): JsonObject {
  const stated = { ...columns }
  for (const label of ['positive', 'negative'] as const) {
    const there = (field: keyof OriginFields, index: number): unknown => {
      const list = columns[prefixes[label] + LISTS[field]]
      return Array.isArray(list) ? list[index] : undefined
    }
    const fields = labelled(row, label).map((passage, index) =>
      originFields(passage, Object.fromEntries(ORIGIN_FIELDS.map((field) => [field, there(field, index)]))),
    )
    for (const field of ORIGIN_FIELDS) stated[prefixes[label] + LISTS[field]] = fields.map((each) => each[field])
  }
  return stated
}

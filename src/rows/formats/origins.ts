// Where each passage of a row came from, as files say it: its origin and, of what a model wrote, the strategy and the requirement that it breaks.
import type { JsonObject } from '../../base/json.ts'
import { labelled, type Origin, type Passage, type Row } from '../row.ts'
import { describe, type Fault } from './format.ts'

/** What a file says of where a passage came from. */
export type StatedOrigin = Pick<Passage, 'origin' | 'generation'>

const ORIGINS: readonly unknown[] = ['given', 'mined', 'generated'] satisfies Origin[]

/** The origin that a file states; whatever is no origin says nothing. */
const originIn = (value: unknown) => (ORIGINS.includes(value) ? (value as Origin) : undefined)

/** The fields of a passage that say where it came from. What says nothing is an empty text: a loader finds texts in every row. */
export const ORIGIN_FIELDS = ['origin', 'strategy', 'requirement'] as const
export type OriginFields = Record<(typeof ORIGIN_FIELDS)[number], unknown>

/**
 * What the fields of a passage say, or undefined where its origin is none that Winnow knows. Strategy and requirement count only of
 * what is generated.
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

/** The fields of a passage. What stands there already stays where it means nothing to Winnow. */
export function originFields({ origin, generation }: Passage, there: Partial<OriginFields> = {}): OriginFields {
  const isForeign = origin !== 'generated' && (there.origin ?? '') !== '' && originIn(there.origin) === undefined
  return {
    origin: isForeign ? there.origin : origin,
    strategy: origin === 'generated' ? (generation?.strategy ?? '') : (there.strategy ?? ''),
    requirement: origin === 'generated' ? (generation?.requirement ?? '') : (there.requirement ?? ''),
  }
}

/** The ends of the names of lists that run parallel to the passages of a row, as in `neg_origins`. */
const LISTS = { origin: '_origins', strategy: '_strategies', requirement: '_requirements' } as const

/** What a list says of a passage that is new to the row; undefined where the name does not end like a list of origins. */
export function originListValue(passage: Passage, suffix: string): unknown {
  const field = ORIGIN_FIELDS.find((each) => LISTS[each] === suffix)
  return field && originFields(passage)[field]
}

/** What the lists beside the passages say, in their order; undefined where there is no list of origins. */
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

/** The columns with the lists of a row whose passages are those of the columns, in their order. */
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

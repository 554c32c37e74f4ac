// Queries in two halves: one to choose by, one to report on. Which half a query is in depends on nothing but the ids.
import type { SeedValues } from '../../statistics/crossed.ts'
import { unitHash } from '../../base/hash.ts'

/** Fewer queries give a half of one, and one query has no spread. */
export const LEAST_QUERIES = 4

/** Places of the queries of each half, in ascending order; the halves differ by at most one. */
export type Halves = readonly [readonly number[], readonly number[]]

export function halvesOf(ids: readonly string[]): Halves {
  const order = ids
    .map((id, place) => ({ place, key: unitHash(`half of ${id}`) }))
    .toSorted((one, other) => one.key - other.key || one.place - other.place)
  const half = (which: number) =>
    order.flatMap(({ place }, rank) => (rank % 2 === which ? [place] : [])).toSorted((one, other) => one - other)
  return [half(0), half(1)]
}

/** Values of some of the queries. */
export const valuesAt = (values: SeedValues, places: readonly number[]): number[][] =>
  values.map((each) => places.map((place) => each[place] as number))

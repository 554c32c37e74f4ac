// Splits queries into two halves, one to choose by and one to report on. The half of a query depends only on the ids.
import type { SeedValues } from '../../statistics/crossed.ts'
import { unitHash } from '../../base/hash.ts'

/** With fewer queries a half has only one, and one query has no spread. */
export const LEAST_QUERIES = 4

/** Positions of the queries of each half, in ascending order; the sizes differ by at most one. */
export type Halves = readonly [readonly number[], readonly number[]]

export function halvesOf(ids: readonly string[]): Halves {
  const order = ids
    .map((id, place) => ({ place, key: unitHash(`half of ${id}`) }))
    .toSorted((one, other) => one.key - other.key || one.place - other.place)
  const half = (which: number) =>
    order.flatMap(({ place }, rank) => (rank % 2 === which ? [place] : [])).toSorted((one, other) => one - other)
  return [half(0), half(1)]
}

/** Returns the values of some of the queries. */
export const valuesAt = (values: SeedValues, places: readonly number[]): number[][] =>
  values.map((each) => places.map((place) => each[place] as number))

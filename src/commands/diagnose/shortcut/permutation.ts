// What chance alone would give: sources that change places within their row, and never between rows.
import { meanOf } from '../../../statistics/mean.ts'
import { randomFrom } from '../../../base/random.ts'

/** How many negatives a row has, and how many of them are generated. */
export interface RowShape {
  size: number
  generated: number
}

/**
 * Draws which negatives are called generated, as many in each row as there are, all choices alike likely.
 * @returns draws once at each call, and tells the places of the generated, counted through all rows; row by row
 */
export function withinRows(rows: readonly RowShape[], seed: number): (take: (place: number) => void) => void {
  const random = randomFrom(seed)
  const order = Uint32Array.from({ length: rows.reduce((sum, { size }) => sum + size, 0) }, (_, place) => place)
  return (take) => {
    let start = 0
    for (const { size, generated } of rows) {
      for (let drawn = 0; drawn < generated; drawn++) {
        const [at, other] = [start + drawn, start + drawn + Math.floor(random() * (size - drawn))]
        const place = order[other] as number
        order[other] = order[at] as number
        order[at] = place
        take(place)
      }
      start += size
    }
  }
}

export interface AgainstChance {
  observed: number
  /** Mean over the permutations. */
  chance: number
  /** (1 + permutations that reach what was observed) / (1 + permutations). */
  p: number
}

/** Compares a statistic with its values under permutations, large values being what is looked for. */
export function againstChance(observed: number, permuted: readonly number[]): AgainstChance {
  const reached = permuted.filter((value) => value >= observed - ROUNDING).length
  const chance = meanOf(permuted)
  return { observed, chance, p: (1 + reached) / (1 + permuted.length) }
}

/** Equal counts give values that differ by less than this. */
const ROUNDING = 1e-12

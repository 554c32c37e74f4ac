// Values expected by chance: sources are permuted within their row, never between rows.
import { meanOf } from '../../../statistics/mean.ts'
import { randomFrom } from '../../../base/random.ts'

/** Number of negatives of a row, and how many of them are generated. */
export interface RowShape {
  size: number
  generated: number
}

/**
 * Draws which negatives are labelled generated, as many per row as there are, all choices equally likely.
 * @returns a function that makes one draw per call and passes on the positions of the generated ones, counted over all rows, row by row
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
  /** (1 + permutations that reach the observed value) / (1 + permutations). */
  p: number
}

/** Compares a statistic with its values under permutations; large values are the evidence. */
export function againstChance(observed: number, permuted: readonly number[]): AgainstChance {
  const reached = permuted.filter((value) => value >= observed - ROUNDING).length
  const chance = meanOf(permuted)
  return { observed, chance, p: (1 + reached) / (1 + permuted.length) }
}

/** Equal counts give values that differ by less than this. */
const ROUNDING = 1e-12

// Whether two systems differ on the same queries.
import { bothTails, tQuantile } from './distributions.ts'
import type { Interval } from './intervals.ts'
import { meanOf } from './mean.ts'

export interface PairedDifference {
  /** The mean of second minus first. */
  difference: number
  /** 95%. */
  interval: Interval
  /** Two-sided. */
  p: number
}

/**
 * Compares paired values by Student's t (1908), so that the interval excludes 0 exactly where p is below .05. Undefined for fewer than two
 * pairs.
 */
export function pairedDifference(first: readonly number[], second: readonly number[]): PairedDifference | undefined {
  const size = first.length
  if (size < 2) return undefined
  const differences = first.map((value, at) => (second[at] as number) - value)
  const difference = meanOf(differences)
  const squares = differences.reduce((sum, each) => sum + (each - difference) ** 2, 0)
  const error = Math.sqrt(squares / (size - 1) / size)
  const spread = error * tQuantile(0.975, size - 1)
  const p = error === 0 ? Number(difference === 0) : bothTails(difference / error, size - 1)
  return { difference, interval: { low: difference - spread, high: difference + spread }, p }
}

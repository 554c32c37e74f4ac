// How certain a difference is if the queries are given and only other seeds could have been drawn: Student's paired t-test (1908).
import { bothTails, tQuantile } from './distributions.ts'
import type { SeedValues } from './crossed.ts'
import type { Interval } from './intervals.ts'
import { meanOf, sumOf } from './mean.ts'

export interface SeedsAlone {
  /** 95%. */
  interval: Interval
  /** Two-sided. */
  p: number
}

/**
 * Returns the interval of the mean over seeds. It says nothing about other queries.
 * @param sets as of `crossedEffect`; every seed counts once, with the mean of its sets' means
 * @throws RangeError if there are fewer than two seeds
 */
export function ofSeedsAlone(sets: readonly SeedValues[]): SeedsAlone {
  const seeds = sets[0]?.length ?? 0
  if (seeds < 2) throw new RangeError('an interval needs at least two seeds')
  const bySeed = Array.from({ length: seeds }, (_, seed) => meanOf(sets.map((set) => meanOf(set[seed] ?? []))))
  const mean = meanOf(bySeed)
  const error = Math.sqrt(sumOf(bySeed.map((value) => (value - mean) ** 2)) / (seeds - 1) / seeds)
  const reach = tQuantile(0.975, seeds - 1) * error
  const same = mean === 0 ? 1 : 0
  return {
    interval: { low: mean - reach, high: mean + reach },
    p: error === 0 ? same : bothTails(mean / error, seeds - 1),
  }
}

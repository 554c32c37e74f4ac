// Intervals for figures that are functions of sums over clusters, such as precision over the passages of rows: whole clusters are drawn anew.
import { randomFrom } from '../base/random.ts'
import { normalBelow, tQuantile } from './distributions.ts'
import type { Interval } from './intervals.ts'
import { quantile } from './quantiles.ts'

/** A figure as a function of sums; NaN where the sums do not define it. */
export type FigureOf = (sums: ArrayLike<number>) => number

const RESAMPLES = 2000
const SEED = 20_061

/**
 * Returns 95% intervals of several figures by the percentile bootstrap over clusters (Efron 1979). Its percentiles are moved outwards for
 * few clusters as t is (Hesterberg 2015). The same clusters give the same intervals. Undefined with fewer than two clusters, or where no
 * resample defines the figure.
 * @param clusters the counts of each cluster, all in the same order of counts
 */
export function clusteredIntervals(
  clusters: readonly (readonly number[])[],
  figures: readonly FigureOf[],
): (Interval | undefined)[] {
  const [size, width] = [clusters.length, clusters[0]?.length ?? 0]
  if (size < 2) return figures.map(() => undefined)
  const counts = Float64Array.from(clusters.flat())
  const values = figures.map(() => new Float64Array(RESAMPLES))
  const sums = new Float64Array(width)
  const random = randomFrom(SEED)
  for (let resample = 0; resample < RESAMPLES; resample++) {
    sums.fill(0)
    for (let draw = 0; draw < size; draw++) {
      const start = Math.floor(random() * size) * width
      for (let at = 0; at < width; at++) sums[at] = (sums[at] as number) + (counts[start + at] as number)
    }
    figures.forEach((figure, which) => ((values[which] as Float64Array)[resample] = figure(sums)))
  }
  const tail = normalBelow(-tQuantile(0.975, size - 1) * Math.sqrt(size / (size - 1)))
  return values.map((each) => {
    const sorted = each.filter(Number.isFinite).sort()
    return sorted.length === 0 ? undefined : { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
  })
}

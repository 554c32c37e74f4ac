// How far a mean, or another statistic, over queries would vary with other queries: an interval by resampling them.
import { meanOf } from './mean.ts'
import { quantile } from './quantiles.ts'
import { randomFrom } from '../base/random.ts'
import type { Interval } from './intervals.ts'

const RESAMPLES = 2000
/** Above this many values, the normal interval is equivalent and costs nothing. */
const MANY = 10_000
const Z95 = 1.959963984540054
const SEED = 20_041

/**
 * Returns 95% intervals for the means of several measures over the same queries, by the percentile bootstrap (Efron 1979) with 2,000
 * resamples; above 10,000 queries, the normal interval. The same values give the same intervals. Undefined for fewer than two queries.
 * @param columns one list per measure, all in the same order of queries
 */
export function intervalsOfMeans(columns: readonly (readonly number[])[]): (Interval | undefined)[] {
  const size = columns[0]?.length ?? 0
  if (size < 2) return columns.map(() => undefined)
  if (size > MANY) return columns.map(normalInterval)
  const packed = columns.map((values) => new Float64Array(values))
  return percentiles(size, columns.length, (draw, column) => {
    const values = packed[column] as Float64Array
    let sum = 0
    for (let index = 0; index < size; index++) sum += values[draw[index] as number] as number
    return sum / size
  })
}

/**
 * Returns a 95% percentile-bootstrap interval for any statistic of units, such as a share over the items of several queries. Resamples
 * whose statistic is not finite are left out; undefined if there are fewer than two units, or if no resample remains.
 */
export function intervalOf<T>(units: readonly T[], statistic: (sample: T[]) => number): Interval | undefined {
  if (units.length < 2) return undefined
  const [interval] = percentiles(units.length, 1, (draw) => statistic(Array.from(draw, (index) => units[index] as T)))
  return interval
}

/** @param statistic one of `count` statistics of the drawn units */
function percentiles(
  size: number,
  count: number,
  statistic: (draw: Uint32Array, which: number) => number,
): (Interval | undefined)[] {
  const values = Array.from({ length: count }, () => new Float64Array(RESAMPLES))
  const draw = new Uint32Array(size)
  const random = randomFrom(SEED)
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let index = 0; index < size; index++) draw[index] = Math.floor(random() * size)
    values.forEach((each, which) => (each[resample] = statistic(draw, which)))
  }
  return values.map((each) => {
    const sorted = each.filter(Number.isFinite).sort()
    return sorted.length === 0 ? undefined : { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
  })
}

function normalInterval(values: readonly number[]): Interval {
  const mean = meanOf(values)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const spread = Z95 * Math.sqrt(variance / values.length)
  return { low: mean - spread, high: mean + spread }
}

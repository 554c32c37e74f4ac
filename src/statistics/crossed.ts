// How certain a difference between two arms is if both other queries and other seeds could have been drawn: a crossed bootstrap.
// docs/statistics.md explains its design and how often it errs.
import { quantile } from './quantiles.ts'
import { randomFrom } from '../base/random.ts'
import { bothTails, normalBelow, normalQuantile, tQuantile } from './distributions.ts'
import type { Interval } from './intervals.ts'
import { meanOf, sumOf } from './mean.ts'

/** Values, or differences of values, of one evaluation set: one list per seed, all with the same queries in the same order. */
export type SeedValues = readonly (readonly number[])[]

/** The variance components of one set's values: due to the query, to the seed, and to this query with this seed. Never below 0. */
export interface Components {
  queries: number
  seeds: number
  cells: number
}

export interface Effect {
  /** The mean over queries and seeds; for several sets, the unweighted mean of their means. */
  mean: number
  /** 95%. */
  interval: Interval
  /** Two-sided: the probability of a difference this large if there is none. */
  p: number
  standardError: number
  /** Degrees of freedom (Satterthwaite 1946): how many independent values the standard error is worth. */
  degrees: number
}

const RESAMPLES = 10_000
const LEVEL = 0.05
/** Above this many queries, their part is drawn from a normal distribution, which is equivalent to the bootstrap. */
const MANY = 10_000
const SEED = 20_051

/**
 * Returns the mean of crossed values with its interval. Queries are redrawn and, independently, seeds, which all sets share (Owen 2007).
 * The draws are spread, or read, as the unbiased variance of the mean requires, and the quantiles are widened for the small number of seeds
 * as with t (Hesterberg 2015).
 * @param sets at least one, each with at least two seeds and two queries
 * @throws RangeError if there are fewer
 */
export function crossedEffect(sets: readonly SeedValues[]): Effect {
  const seeds = sets[0]?.length ?? 0
  if (seeds < 2 || sets.some((set) => set.length !== seeds || (set[0]?.length ?? 0) < 2)) {
    throw new RangeError('an interval needs at least two seeds and two queries of each set')
  }
  const parts = sets.map(partsOf)
  const mean = meanOf(parts.map((part) => part.mean))
  const bySeed = Array.from({ length: seeds }, (_, seed) => meanOf(parts.map((part) => part.ofSeeds[seed] as number)))
  const squares = parts.length ** 2
  const [queryPart, cellPart] = (['queryPart', 'cellPart'] as const).map(
    (name) => sumOf(parts.map((part) => part[name])) / squares,
  ) as [number, number]
  const seedPart = sumOf(bySeed.map((value) => value ** 2)) / (seeds - 1) / seeds
  // The seeds' part includes the variation of single pairs of query and seed, which the queries' part already contains, so it is
  // subtracted. The remainder may be negative by chance, but it reduces the queries' part by at most half.
  const seedsAlone = Math.max(0, seedPart - cellPart)
  const variance = Math.max(queryPart + seedPart - cellPart, queryPart / 2)
  const least = leastChance(parts)
  if (variance === 0)
    return {
      mean,
      ...atLeast(least, { interval: { low: mean, high: mean }, p: mean === 0 ? 1 : 0 }),
      standardError: 0,
      degrees: Infinity,
    }
  const degrees = degreesOf(parts, seedPart, cellPart, variance)
  const ofSeeds = seedPart === 0 ? 0 : Math.sqrt((seedsAlone / seedPart) * (seeds / (seeds - 1)))
  const draws = drawn(
    parts,
    bySeed.map((value) => value * ofSeeds),
  )
  // Draws with too large a spread are not rescaled, but read closer to their middle: if few queries moved, the samples without any of them
  // must stay as far out as they are.
  const reach = Math.sqrt(variance / (queryPart + seedsAlone))
  return { mean, ...atLeast(least, read(draws, mean, degrees, reach)), standardError: Math.sqrt(variance), degrees }
}

type EffectInterval = Pick<Effect, 'interval' | 'p'>

/** The rounding error that floating point leaves between equal values. */
const NOTHING = 1e-12

/**
 * Returns the smallest p-value that this many queries can give. Without an effect, each query that moved could as well have moved the other
 * way (Fisher's randomisation test), and this is the probability that all of these coins fall alike.
 */
function leastChance(parts: Parts[]): number {
  const moved = sumOf(
    parts.map(({ mean, ofQueries }) =>
      ofQueries.reduce((count, value) => count + Number(Math.abs(mean + value) > NOTHING), 0),
    ),
  )
  return Math.min(1, 2 ** (1 - moved))
}

function atLeast(least: number, { interval: { low, high }, p }: EffectInterval): EffectInterval {
  const interval = least < LEVEL ? { low, high } : { low: Math.min(0, low), high: Math.max(0, high) }
  return { interval, p: Math.max(least, p) }
}

/** Estimates the variance components of a set's values (Searle 1971), for planning a comparison. */
export function componentsOf(set: SeedValues): Components {
  const [seeds, queries] = [set.length, set[0]?.length ?? 0]
  const { queryPart, seedPart, cellPart } = partsOf(set)
  const cells = cellPart * seeds * queries
  return {
    queries: Math.max(0, (queryPart - cellPart) * queries),
    seeds: Math.max(0, (seedPart - cellPart) * seeds),
    cells,
  }
}

interface Parts {
  mean: number
  /** Deviations from the mean. */
  ofQueries: Float64Array
  ofSeeds: Float64Array
  /** Parts of the variance of the mean: mean squares over the number of values. */
  queryPart: number
  seedPart: number
  cellPart: number
  queries: number
}

function partsOf(set: SeedValues): Parts {
  const [seeds, queries] = [set.length, set[0]?.length ?? 0]
  const ofSeeds = Float64Array.from(set, meanOf)
  const mean = meanOf(ofSeeds)
  const ofQueries = new Float64Array(queries)
  for (const values of set)
    for (let at = 0; at < queries; at++) ofQueries[at] = (ofQueries[at] as number) + (values[at] as number) / seeds
  let rest = 0
  set.forEach((values, seed) => {
    for (let at = 0; at < queries; at++) {
      rest += ((values[at] as number) - (ofQueries[at] as number) - (ofSeeds[seed] as number) + mean) ** 2
    }
  })
  for (let at = 0; at < queries; at++) ofQueries[at] = (ofQueries[at] as number) - mean
  for (let seed = 0; seed < seeds; seed++) ofSeeds[seed] = (ofSeeds[seed] as number) - mean
  return {
    mean,
    ofQueries,
    ofSeeds,
    queryPart: sumOf(ofQueries.map((value) => value ** 2)) / (queries - 1) / queries,
    seedPart: sumOf(ofSeeds.map((value) => value ** 2)) / (seeds - 1) / seeds,
    cellPart: rest / ((seeds - 1) * (queries - 1)) / (seeds * queries),
    queries,
  }
}

function degreesOf(parts: Parts[], seedPart: number, cellPart: number, variance: number): number {
  const squares = parts.length ** 2
  const seeds = parts[0]?.ofSeeds.length ?? 0
  const queries = Math.min(...parts.map((part) => part.queries))
  const spread =
    sumOf(parts.map((part) => (part.queryPart / squares) ** 2 / (part.queries - 1))) +
    seedPart ** 2 / (seeds - 1) +
    cellPart ** 2 / ((seeds - 1) * (queries - 1))
  return spread === 0 ? Infinity : Math.max(1, variance ** 2 / spread)
}

/**
 * Returns deviations of the mean under other queries and other seeds, in ascending order. @param bySeed deviations of the seeds, scaled for
 * drawing
 */
function drawn(parts: Parts[], bySeed: number[]): Float64Array {
  const random = randomFrom(SEED)
  const draws = new Float64Array(RESAMPLES)
  const drawnMean = (values: ArrayLike<number>) => {
    let sum = 0
    for (let at = 0; at < values.length; at++) sum += values[Math.floor(random() * values.length)] as number
    return sum / values.length
  }
  const ofQueries = ({ ofQueries: values, queries, queryPart }: Parts) =>
    queries > MANY ? normalDraw(random) * Math.sqrt(queryPart) : drawnMean(values) * Math.sqrt(queries / (queries - 1))
  for (let draw = 0; draw < RESAMPLES; draw++) {
    draws[draw] = drawnMean(bySeed) + sumOf(parts.map(ofQueries)) / parts.length
  }
  return draws.sort()
}

const normalDraw = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Draws further out than this, on either side, are too few to count; beyond it, a normal distribution is assumed. */
const OUTERMOST = 20 / RESAMPLES

/**
 * Reads interval and p-value from the draws. They agree: p is below .05 if 0 lies outside the interval, up to the last digits.
 * @param reach standard errors over the spread of the draws
 */
function read(draws: Float64Array, mean: number, degrees: number, reach: number): EffectInterval {
  const outer = normalQuantile(1 - OUTERMOST)
  const z = tQuantile(0.975, degrees) * reach
  const [lowest, highest] = [quantile(draws, OUTERMOST), quantile(draws, 1 - OUTERMOST)]
  const inside = normalBelow(-z)
  const interval =
    z <= outer
      ? { low: mean + quantile(draws, inside), high: mean + quantile(draws, 1 - inside) }
      : { low: mean + (lowest * z) / outer, high: mean + (highest * z) / outer }
  return {
    interval,
    p: mean === 0 ? 1 : bothTails(distanceOf(draws, -mean, [lowest, highest], outer) / reach, degrees),
  }
}

/** Returns how far out a deviation lies, in standard deviations. */
function distanceOf(
  draws: Float64Array,
  deviation: number,
  [lowest, highest]: [number, number],
  outer: number,
): number {
  if (deviation < lowest) return lowest === 0 ? Infinity : (outer * deviation) / lowest
  if (deviation > highest) return highest === 0 ? Infinity : (outer * deviation) / highest
  const found = draws.findIndex((each) => each >= deviation)
  const below = (found < 0 ? draws.length : found) / draws.length
  return Math.max(0, -normalQuantile(Math.min(0.5, Math.max(OUTERMOST, Math.min(below, 1 - below)))))
}

/** Returns the mean over the seeds for each query. */
export const meansOver = (values: SeedValues): number[] =>
  Array.from({ length: values[0]?.length ?? 0 }, (_, query) => meanOf(values.map((each) => each[query] as number)))

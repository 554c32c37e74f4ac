// How far any number of raters agree beyond chance, where not all of them rated everything. All figures are functions of sums over units,
// so that clusters of units can be drawn anew.
import { sumOf } from './mean.ts'

/** What the raters said of one unit: categories from 0, only of those who rated it. */
export interface RatedUnit {
  ratings: readonly number[]
  /** How many units it stands for. */
  weight: number
}

/** How categories differ for Krippendorff's alpha: at all; by how many ratings lie between them; by the square of their distance. */
export type Level = 'nominal' | 'ordinal' | 'interval'

/** Where the sums stand: weight, agreement, ratings without and with weight, the use of each category, then the coincidences. */
const [WEIGHT, AGREED, RATINGS, WEIGHTED_RATINGS, USE] = [0, 1, 2, 3, 4]

/**
 * Returns what a unit adds to the sums that the figures are made of: nothing if fewer than two rated it.
 * @param categories their number
 */
export function ratingSums({ ratings, weight }: RatedUnit, categories: number): number[] {
  const sums = Array.from({ length: USE + categories + categories ** 2 }, () => 0)
  const size = ratings.length
  if (size < 2) return sums
  const counts = Array.from(
    { length: categories },
    (_all, category) => ratings.filter((each) => each === category).length,
  )
  sums[WEIGHT] = weight
  sums[AGREED] = (weight * sumOf(counts.map((count) => count * (count - 1)))) / (size * (size - 1))
  sums[RATINGS] = size
  sums[WEIGHTED_RATINGS] = weight * size
  counts.forEach((count, category) => {
    sums[USE + category] = (weight * count) / size
    counts.forEach((other, against) => {
      const pairs = count * (category === against ? other - 1 : other)
      sums[USE + categories + category * categories + against] = (weight * pairs) / (size - 1)
    })
  })
  return sums
}

/** Returns the sums over all units. */
export function totalSums(units: readonly RatedUnit[], categories: number): number[] {
  const total = ratingSums({ ratings: [], weight: 0 }, categories)
  for (const unit of units) {
    ratingSums(unit, categories).forEach((value, index) => (total[index] = (total[index] as number) + value))
  }
  return total
}

/** Share of pairs of raters that agree; NaN if nothing was rated twice. */
export const observedIn = (sums: ArrayLike<number>): number => (sums[AGREED] as number) / (sums[WEIGHT] as number)

/**
 * Fleiss' kappa (Fleiss 1971); with different numbers of raters, every unit counts alike (Gwet 2014, section 2.4). Units that fewer than
 * two rated are left out. NaN if chance alone gives full agreement.
 */
export function fleissKappa(sums: ArrayLike<number>, categories: number): number {
  return beyond(observedIn(sums), sumOf(usesIn(sums, categories).map((use) => use ** 2)))
}

/** Gwet's AC1 for several raters (Gwet 2008, equations 10 and 11), over the same units. */
export function gwetAc1(sums: ArrayLike<number>, categories: number): number {
  const spread = sumOf(usesIn(sums, categories).map((use) => use * (1 - use)))
  return beyond(observedIn(sums), spread / (categories - 1))
}

/** PABAK for several raters: chance as if every category were used equally often (Brennan and Prediger 1981). */
export const pabakOf = (sums: ArrayLike<number>, categories: number): number => beyond(observedIn(sums), 1 / categories)

const usesIn = (sums: ArrayLike<number>, categories: number): number[] =>
  Array.from({ length: categories }, (_all, category) => (sums[USE + category] as number) / (sums[WEIGHT] as number))

/**
 * Krippendorff's alpha (Krippendorff 2011, "Computing Krippendorff's alpha-reliability"). Weights are scaled so that their mean over the
 * ratings is 1. NaN if only one category was used.
 */
export function krippendorffAlpha(sums: ArrayLike<number>, categories: number, level: Level): number {
  const scale = (sums[RATINGS] as number) / (sums[WEIGHTED_RATINGS] as number)
  const coincidences = Array.from({ length: categories }, (_row, a) =>
    Array.from({ length: categories }, (_column, b) => scale * (sums[USE + categories + a * categories + b] as number)),
  )
  const use = coincidences.map(sumOf)
  const all = sumOf(use)
  let [observed, expected] = [0, 0]
  for (let a = 0; a < categories; a++) {
    for (let b = a + 1; b < categories; b++) {
      const distance = distanceBetween(a, b, use, level)
      observed += (coincidences[a]?.[b] as number) * distance
      expected += (use[a] as number) * (use[b] as number) * distance
    }
  }
  return 1 - ((all - 1) * observed) / expected
}

/** The squared difference of two categories. */
function distanceBetween(a: number, b: number, use: readonly number[], level: Level): number {
  if (level === 'nominal') return 1
  if (level === 'interval') return (a - b) ** 2
  const [first, last] = [use[a] as number, use[b] as number]
  return (sumOf(use.slice(a, b + 1)) - (first + last) / 2) ** 2
}

const beyond = (observed: number, chance: number): number => (chance === 1 ? NaN : (observed - chance) / (1 - chance))

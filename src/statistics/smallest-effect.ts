// What a comparison can detect: the smallest difference that it finds in four of five cases, computed before any training.
import type { Components } from './crossed.ts'
import { tQuantile } from './distributions.ts'

/** A planned comparison: the number of queries of each evaluation set, and the expected variation of differences. */
export interface Plan {
  sets: readonly { queries: number; components: Components }[]
  seeds: number
}

const POWER = 0.8

/** Returns the difference of the mean over the sets that is found at p < .05, two-sided, with a probability of 80%. */
export function smallestEffect({ sets, seeds }: Plan): number {
  const squares = sets.length ** 2
  const sum = (valueOf: (set: Plan['sets'][number]) => number) => sets.reduce((total, set) => total + valueOf(set), 0)
  const ofQueries =
    sum(({ queries, components }) => (components.queries + components.cells / seeds) / queries) / squares
  // All sets share the seeds, so a seed is assumed to affect them alike.
  const ofSeeds = (sum(({ components }) => Math.sqrt(components.seeds)) / sets.length) ** 2 / seeds
  const variance = ofQueries + ofSeeds
  if (variance === 0) return 0
  const queries = Math.min(...sets.map((set) => set.queries))
  const degrees = variance ** 2 / (ofQueries ** 2 / Math.max(1, queries - 1) + ofSeeds ** 2 / Math.max(1, seeds - 1))
  return (tQuantile(0.975, degrees) + tQuantile(POWER, degrees)) * Math.sqrt(variance)
}

const MOST_SEEDS = 50

/** Returns the fewest seeds, at least `least`, with which a difference can be detected; undefined if that would need more queries. */
export function seedsFor(effect: number, { sets }: Pick<Plan, 'sets'>, least: number): number | undefined {
  for (let seeds = least; seeds <= MOST_SEEDS; seeds++) if (smallestEffect({ sets, seeds }) <= effect) return seeds
  return undefined
}

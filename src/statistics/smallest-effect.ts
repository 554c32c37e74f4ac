// What a comparison can see: the smallest difference that it finds in four of five cases, before anything is trained.
import type { Components } from './crossed.ts'
import { tQuantile } from './distributions.ts'

/** A planned comparison: of each evaluation set the number of queries, and how differences are expected to vary. */
export interface Plan {
  sets: readonly { queries: number; components: Components }[]
  seeds: number
}

const POWER = 0.8

/** The difference that is found at p < .05, two-sided, with a chance of 80%, of the mean over the sets. */
export function smallestEffect({ sets, seeds }: Plan): number {
  const squares = sets.length ** 2
  const sum = (valueOf: (set: Plan['sets'][number]) => number) => sets.reduce((total, set) => total + valueOf(set), 0)
  const ofQueries =
    sum(({ queries, components }) => (components.queries + components.cells / seeds) / queries) / squares
  // Seeds are the same for all sets: what they do to one they are reckoned to do to the others.
  const ofSeeds = (sum(({ components }) => Math.sqrt(components.seeds)) / sets.length) ** 2 / seeds
  const variance = ofQueries + ofSeeds
  if (variance === 0) return 0
  const queries = Math.min(...sets.map((set) => set.queries))
  const degrees = variance ** 2 / (ofQueries ** 2 / Math.max(1, queries - 1) + ofSeeds ** 2 / Math.max(1, seeds - 1))
  return (tQuantile(0.975, degrees) + tQuantile(POWER, degrees)) * Math.sqrt(variance)
}

const MOST_SEEDS = 50

/** The fewest seeds, from `least` on, with which a difference can be seen; undefined where more queries would be needed. */
export function seedsFor(effect: number, { sets }: Pick<Plan, 'sets'>, least: number): number | undefined {
  for (let seeds = least; seeds <= MOST_SEEDS; seeds++) if (smallestEffect({ sets, seeds }) <= effect) return seeds
  return undefined
}

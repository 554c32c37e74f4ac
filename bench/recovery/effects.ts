// The effects measured by the trainings: what false negatives cost, what a cleaning gains, and the ratio of the two.
import { crossedEffect, type Effect, type SeedValues } from '../../src/statistics/crossed.ts'
import type { Interval } from '../../src/statistics/intervals.ts'

/** Values of an arm: for each test set, one list per seed. */
export type ArmValues = readonly SeedValues[]

export const differenceOf = (one: ArmValues, other: ArmValues): Effect => crossedEffect(combined([one, other], [1, -1]))

export interface Recovery {
  /**
   * (cleaned − dirty) / (clean − dirty): 0 if nothing was recovered, 1 if everything was, more if the rows became better than the
   * originals.
   */
  share: number
  /** 95%. */
  interval: Interval
}

/** The farthest distance at which a share is searched for. */
const FARTHEST = 1000
const HALVINGS = 10

/**
 * Returns the share of the lost points that a cleaning recovers. Its interval contains every share t for which (cleaned − dirty) − t (clean
 * − dirty) might be zero by the crossed bootstrap (Fieller 1954, with that interval instead of his). Undefined if the loss itself might be
 * zero, because no share has a meaning then.
 */
export function wonBack(cleaned: ArmValues, dirty: ArmValues, clean: ArmValues): Recovery | undefined {
  const loss = differenceOf(clean, dirty)
  if (loss.interval.low <= 0) return undefined
  const share = differenceOf(cleaned, dirty).mean / loss.mean
  const isPossible = (at: number) => {
    const { interval } = crossedEffect(combined([cleaned, dirty, clean], [1, at - 1, -at]))
    return interval.low <= 0 && interval.high >= 0
  }
  return { share, interval: { low: endOf(share, -1, isPossible), high: endOf(share, 1, isPossible) } }
}

/** Finds the farthest possible share on one side of a possible one. */
function endOf(share: number, side: -1 | 1, isPossible: (at: number) => boolean): number {
  let [inside, step] = [0, 0.25]
  while (isPossible(share + side * step)) {
    inside = step
    step *= 2
    if (step > FARTHEST) return side * Infinity
  }
  let outside = step
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (inside + outside) / 2
    if (isPossible(share + side * middle)) inside = middle
    else outside = middle
  }
  return share + side * inside
}

/** Returns the weighted sum of arms, cell by cell. */
function combined(arms: readonly ArmValues[], weights: readonly number[]): number[][][] {
  const [first] = arms as [ArmValues]
  return first.map((seeds, set) =>
    seeds.map((values, seed) =>
      values.map((_, query) =>
        arms.reduce((sum, arm, at) => sum + (weights[at] as number) * (arm[set]?.[seed]?.[query] as number), 0),
      ),
    ),
  )
}

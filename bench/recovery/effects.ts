// What the trainings come to: what false negatives cost, what a cleaning brings, and which share of the loss that is.
import { crossedEffect, type Effect, type SeedValues } from '../../src/statistics/crossed.ts'
import type { Interval } from '../../src/statistics/intervals.ts'

/** Values of an arm: of each set that it was tested on, one list a seed. */
export type ArmValues = readonly SeedValues[]

export const differenceOf = (one: ArmValues, other: ArmValues): Effect => crossedEffect(combined([one, other], [1, -1]))

export interface Recovery {
  /** (cleaned − dirty) / (clean − dirty): 0 where nothing came back, 1 where all did, more where the rows became better than they were. */
  share: number
  /** 95%. */
  interval: Interval
}

/** How far out a share is looked for. */
const FARTHEST = 1000
const HALVINGS = 10

/**
 * The share of the lost points that a cleaning wins back. Its interval holds every share t for which (cleaned − dirty) − t (clean − dirty)
 * might be nothing by the crossed bootstrap (Fieller 1954, with that interval instead of his). Undefined where the loss itself might be
 * nothing: then no share means anything.
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

/** The farthest possible share on one side of one that is. */
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

/** The weighted sum of arms, cell by cell. */
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

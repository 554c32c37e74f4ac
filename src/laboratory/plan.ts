// Estimates before training what an experiment can detect, from how queries differ under what all arms start with.
import { meansOver, type Components, type SeedValues } from '../statistics/crossed.ts'
import { meanOf } from '../statistics/mean.ts'
import { seedsFor, smallestEffect } from '../statistics/smallest-effect.ts'
import type { Arm } from './arm.ts'
import { LEAST_SEEDS } from './options.ts'
import type { PlanReport } from './hooks.ts'
import type { Laboratory } from './laboratory.ts'
import type { Unit } from './unit.ts'

/**
 * How much of the spread between queries shows up in the spread of differences between two arms, and how much a mean differs between seeds.
 * bench/results/compare.md lists the comparisons that these come from.
 */
const OF_SPREAD = { queries: 0.25, cells: 0.25 }
const OF_SEEDS = 0.004

const ONE_POINT = 0.01

export function planOf(lab: Laboratory, arms: readonly Arm[], initial: readonly Unit[], seeds: number): PlanReport {
  const sets = lab.sets.map(({ name, documents, queries }, index) => ({
    name,
    queries: queries.length,
    documents,
    components: expectedComponents(initial.map(({ values }) => values[index] as number[])),
  }))
  return {
    sets,
    seeds,
    steps: lab.steps,
    trainings: arms.length * seeds,
    arms: arms.map(({ name }) => name),
    smallestEffect: smallestEffect({ sets, seeds }),
    seedsForOnePoint: seedsFor(ONE_POINT, { sets }, LEAST_SEEDS) ?? null,
    basis: lab.trainer.basis,
  }
}

/** Estimates the components of a difference from the values of untrained vectors. */
export function expectedComponents(values: SeedValues): Components {
  const queries = values[0]?.length ?? 0
  const means = meansOver(values)
  const mean = meanOf(means)
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, queries - 1)
  return { queries: variance * OF_SPREAD.queries ** 2, cells: variance * OF_SPREAD.cells ** 2, seeds: OF_SEEDS ** 2 }
}

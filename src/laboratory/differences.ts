// From the values of all trainings to differences between arms with their intervals.
import { componentsOf, crossedEffect, type SeedValues } from '../statistics/crossed.ts'
import { holm } from '../statistics/holm.ts'
import { smallestEffect } from '../statistics/smallest-effect.ts'
import type { Arm } from './arms.ts'
import type { EvaluationSet } from './evaluation-set.ts'
import type { Difference, SetDifference } from './report.ts'
import type { Unit } from './unit.ts'

/** The trainings of an arm, one a seed. */
export interface Trained {
  arm: Arm
  units: Unit[]
}

/** Every file against the baseline, then against its controls. */
export function differencesOf(trained: readonly Trained[], sets: readonly EvaluationSet[]): Difference[] {
  const [baseline, ...others] = trained as [Trained, ...Trained[]]
  const given = others.filter(({ arm }) => arm.kind === 'given')
  const against = given.map((each) => difference(each, baseline, sets))
  const adjusted = holm(against.map(({ p }) => p))
  const controls = others.filter(({ arm }) => arm.of !== undefined)
  return [
    ...against.map((each, index) => ({ ...each, pHolm: adjusted[index] as number })),
    ...controls.map((each) => difference(each, baseline, sets)),
    ...controls.map((each) => difference(given.find(({ arm }) => arm.name === each.arm.of) as Trained, each, sets)),
  ]
}

function difference(one: Trained, other: Trained, sets: readonly EvaluationSet[]): Difference {
  const bySet = sets.map((_, index): number[][] =>
    one.units.map((unit, seed) =>
      subtract(unit.values[index] as number[], other.units[seed]?.values[index] as number[]),
    ),
  )
  const plan = sets.map(({ queries }, index) => ({
    queries: queries.length,
    components: componentsOf(bySet[index] as SeedValues),
  }))
  return {
    arm: one.arm.name,
    against: other.arm.name,
    ...crossedEffect(bySet),
    pHolm: null,
    sets: sets.map(({ name }, index) => setDifference(name, bySet[index] as number[][])),
    smallestEffect: smallestEffect({ sets: plan, seeds: one.units.length }),
  }
}

const subtract = (values: readonly number[], others: readonly number[]) =>
  values.map((value, at) => value - (others[at] as number))

/** What floating point leaves of equal values. */
const NOTHING = 1e-12

function setDifference(set: string, values: number[][]): SetDifference {
  const perQuery = meansOver(values)
  return {
    set,
    ...crossedEffect([values]),
    wins: perQuery.filter((value) => value > NOTHING).length,
    ties: perQuery.filter((value) => Math.abs(value) <= NOTHING).length,
    losses: perQuery.filter((value) => value < -NOTHING).length,
    perQuery,
  }
}

/** Of each query the mean over the seeds. */
export function meansOver(values: SeedValues): number[] {
  return Array.from({ length: values[0]?.length ?? 0 }, (_, query) =>
    meanOf(values.map((each) => each[query] as number)),
  )
}

export const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

// Turns the values of all trainings into differences between arms, with intervals.
import { componentsOf, crossedEffect, meansOver, type SeedValues } from '../../statistics/crossed.ts'
import { holm } from '../../statistics/holm.ts'
import { ofSeedsAlone } from '../../statistics/seeds-alone.ts'
import { smallestEffect } from '../../statistics/smallest-effect.ts'
import type { EvaluationSet } from '../../laboratory/evaluation-set.ts'
import type { ArmTrainings } from '../../laboratory/trainings.ts'
import type { ComparedArm } from './read.ts'
import type { Difference, SetDifference } from './report.ts'

export type TrainedArm = ArmTrainings<ComparedArm>

/** Compares every file with the baseline, then with its controls. */
export function differencesOf(trained: readonly TrainedArm[], sets: readonly EvaluationSet[]): Difference[] {
  const [baseline, ...others] = trained as [TrainedArm, ...TrainedArm[]]
  const given = others.filter(({ arm }) => arm.kind === 'given')
  const against = given.map((each) => difference(each, baseline, sets))
  const adjusted = holm(against.map(({ p }) => p))
  const controls = others.filter(({ arm }) => arm.of !== undefined)
  return [
    ...against.map((each, index) => ({ ...each, pHolm: adjusted[index] as number })),
    ...controls.map((each) => difference(each, baseline, sets)),
    ...controls.map((each) => difference(given.find(({ arm }) => arm.name === each.arm.of) as TrainedArm, each, sets)),
  ]
}

function difference(one: TrainedArm, other: TrainedArm, sets: readonly EvaluationSet[]): Difference {
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
    theseQueries: ofSeedsAlone(bySet),
    sets: sets.map(({ name }, index) => setDifference(name, bySet[index] as number[][])),
    smallestEffect: smallestEffect({ sets: plan, seeds: one.units.length }),
  }
}

const subtract = (values: readonly number[], others: readonly number[]) =>
  values.map((value, at) => value - (others[at] as number))

/** Rounding error of equal values. */
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

// Turns the values of all trainings into effects of leaving datasets out: on halves of the queries, on
// each evaluation set, and beyond chance.
import { crossedEffect, type Effect, type SeedValues } from '../../statistics/crossed.ts'
import type { HalfEffect } from './choose.ts'
import { valuesAt, type Halves } from './halves.ts'
import type { Unit } from '../../laboratory/unit.ts'

type Half = 0 | 1
export const HALVES = [0, 1] as const

/** For each evaluation set, values [seed][query]. */
export type SetValues = readonly SeedValues[]

/** Groups the values of one arm's trainings by set. */
export const valuesBySet = (units: readonly Unit[]): SetValues =>
  (units[0]?.values ?? []).map((_, set) => units.map(({ values }) => values[set] as number[]))

export const lessBySet = (one: SetValues, other: SetValues): SetValues =>
  one.map((seeds, set) =>
    seeds.map((values, seed) =>
      values.map((value, query) => value - ((other[set] as SeedValues)[seed]?.[query] as number)),
    ),
  )

/** Returns the values of one half of the queries of each set. */
export const halfOf = (values: SetValues, halves: readonly Halves[], half: Half): number[][][] =>
  values.map((each, set) => valuesAt(each, (halves[set] as Halves)[half]))

/** Averages the effect over parts of the queries: each part of each set has the same weight. */
export const effectOf = (...parts: readonly SetValues[]): Effect => crossedEffect(parts.flat())

export const halfEffect = (
  effect: SetValues,
  beyondRandom: SetValues | undefined,
  halves: readonly Halves[],
  half: Half,
): HalfEffect => ({
  effect: effectOf(halfOf(effect, halves, half)),
  beyondRandom: beyondRandom && effectOf(halfOf(beyondRandom, halves, half)),
})

const other = (half: Half): Half => (half === 0 ? 1 : 0)

/** Returns the effect of each half's choice on the queries of the other half. @param values by the half that chose */
export const onOtherHalves = (values: readonly SetValues[], halves: readonly Halves[]): Effect =>
  effectOf(...HALVES.map((half) => halfOf(values[half] as SetValues, halves, other(half))))

/** Returns the effect on the queries that did not choose: one half, or the mean of both if both chose. @param isChosen by half */
export const reportedEffect = (isChosen: readonly boolean[], values: SetValues, halves: readonly Halves[]): Effect =>
  effectOf(...HALVES.filter((half) => isChosen[other(half)]).map((half) => halfOf(values, halves, half)))

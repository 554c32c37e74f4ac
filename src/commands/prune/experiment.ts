// The trainings of prune and their results: every dataset left out once, then everything that each half of the queries chose, together.
import { chooseOn, judge, type Choice, type Findings, type HalfEffect } from './choose.ts'
import { halvesOf, type Halves } from './halves.ts'
import { holm } from '../../statistics/holm.ts'
import { seedsFor, smallestEffect } from '../../statistics/smallest-effect.ts'
import { meanOf } from '../../statistics/mean.ts'
import type { Arm } from '../../laboratory/arm.ts'
import type { CompareHooks, PlanReport } from '../../laboratory/hooks.ts'
import { LEAST_SEEDS } from '../../laboratory/options.ts'
import { planOf } from '../../laboratory/plan.ts'
import { seedsOf, trainAll, untrained } from '../../laboratory/trainings.ts'
import type { Laboratory } from '../../laboratory/laboratory.ts'
import type { Unit } from '../../laboratory/unit.ts'
import type { Bench } from './arms.ts'
import type { Datasets } from './datasets.ts'
import {
  effectOf,
  halfEffect,
  HALVES,
  halfOf,
  lessBySet,
  onOtherHalves,
  reportedEffect,
  valuesBySet,
  type SetValues,
} from './effects.ts'
import type { PruneValues } from './options.ts'
import type { DatasetRows } from './read.ts'
import type { DatasetReport, HalfReport, LeaveOutEffect, PruneReport, TogetherReport } from './report.ts'

type ExperimentFindings = Pick<PruneReport, 'plan' | 'initial' | 'everything' | 'datasets' | 'together'>

export interface Experiment {
  lab: Laboratory
  bench: Bench
  read: DatasetRows
  datasets: Datasets
  values: PruneValues
}

export async function experiment(given: Experiment, hooks: CompareHooks): Promise<ExperimentFindings> {
  const { lab, bench, read, datasets, values } = given
  const seeds = seedsOf(values)
  const initial = await untrained(lab, seeds, hooks)
  const usable = datasets.list.flatMap((_, which) => ((read.trained[which] as number) > 0 ? [which] : []))
  const planned = [bench.everything, ...usable.flatMap((which) => armsWithout([which], given))]
  const plan = planOfHalves(lab, planned, initial, seeds)
  hooks.onPlan?.(plan)
  const trainings = new Trainings(lab, seeds, hooks)
  await trainings.train(planned)
  const halves = lab.sets.map(({ queries }) => halvesOf(queries.map(({ id }) => id)))
  const seen = usable.map((which) => seenWithout([which], given, trainings))
  const findings = findingsOf(seen, halves, lab)
  const judgements = judge(findings, values)
  const together = await seeTogether({ given, usable, findings, halves, trainings })
  const all = trainings.valuesOf(bench.everything)
  const means = all.map((set) => meanOf(set.map(meanOf)))
  return {
    plan,
    initial: meanOf(initial.map((unit) => meanOf(unit.values.map(meanOf)))),
    everything: { rows: bench.everything.rows, means, mean: meanOf(means) },
    datasets: datasets.list.map(({ name, sample }, which): DatasetReport => {
      const at = usable.indexOf(which)
      const [trained, skipped] = [read.trained[which] as number, read.skipped[which] as number]
      const base = { name, rows: sample.seen, trained, skipped }
      const [judgement, found, values_] = [judgements[at], findings[at], seen[at]]
      return judgement && found && values_
        ? { ...base, ...judgement, leftOut: leftOutOf(found, values_, halves, judgement.verdict === 'pruned') }
        : { ...base, verdict: 'undecided', grounds: 'untrained', neededBy: [], leftOut: null }
    }),
    together,
  }
}

/** Plans with half of the queries, since one half must choose. */
function planOfHalves(lab: Laboratory, arms: readonly Arm[], initial: readonly Unit[], seeds: number[]): PlanReport {
  const plan = planOf(lab, distinct(arms), initial, seeds.length)
  const sets = plan.sets.map(({ queries, components }) => ({ queries: queries >> 1, components }))
  return {
    ...plan,
    smallestEffect: smallestEffect({ sets, seeds: seeds.length }),
    seedsForOnePoint: seedsFor(0.01, { sets }, LEAST_SEEDS) ?? null,
  }
}

/** Datasets of the same size share a control. */
const distinct = (arms: readonly Arm[]) => [...new Map(arms.map((arm) => [arm.identity + arm.kind, arm])).values()]

function armsWithout(which: readonly number[], { bench, values }: Experiment): Arm[] {
  const control = values.noControls ? undefined : bench.withoutRandom(bench.rowsOf(which))
  return [bench.without(which), ...(control ? [control] : [])]
}

/** Trains each arm that is not trained yet. */
class Trainings {
  readonly #lab: Laboratory
  readonly #seeds: number[]
  readonly #hooks: CompareHooks
  readonly #values = new Map<string, SetValues>()

  constructor(lab: Laboratory, seeds: number[], hooks: CompareHooks) {
    this.#lab = lab
    this.#seeds = seeds
    this.#hooks = hooks
  }

  async train(arms: readonly Arm[]): Promise<void> {
    const missing = distinct(arms).filter(({ identity }) => !this.#values.has(identity))
    for (const { arm, units } of await trainAll(this.#lab, missing, this.#seeds, this.#hooks)) {
      this.#values.set(arm.identity, valuesBySet(units))
    }
  }

  valuesOf({ identity, name }: Arm): SetValues {
    const values = this.#values.get(identity)
    if (values === undefined) throw new Error(`${name} was not trained`)
    return values
  }
}

/** Differences made by leaving a dataset out. */
interface LeaveOutDifferences {
  effect: SetValues
  random: SetValues | undefined
  beyondRandom: SetValues | undefined
}

function seenWithout(which: readonly number[], given: Experiment, trainings: Trainings): LeaveOutDifferences {
  const [arm, control] = armsWithout(which, given).map((each) => trainings.valuesOf(each)) as [SetValues, SetValues?]
  const everything = trainings.valuesOf(given.bench.everything)
  return {
    effect: lessBySet(arm, everything),
    random: control && lessBySet(control, everything),
    beyondRandom: control && lessBySet(arm, control),
  }
}

function findingsOf(seen: readonly LeaveOutDifferences[], halves: readonly Halves[], lab: Laboratory): Findings[] {
  const byHalf = HALVES.map((half) => {
    const effects = seen.map(({ effect, beyondRandom }) => halfEffect(effect, beyondRandom, halves, half))
    const choices = chooseOn(effects)
    return effects.map((effect, index) => ({ ...effect, ...(choices[index] as Choice) }))
  })
  const effects = seen.map(({ effect }) => effectOf(...HALVES.map((half) => halfOf(effect, halves, half))))
  const adjusted = holm(effects.map(({ p }) => p))
  return seen.map(({ effect }, index) => ({
    halves: HALVES.map((half) => byHalf[half]?.[index]) as [HalfEffect & Choice, HalfEffect & Choice],
    effect: effects[index] as Findings['effect'],
    pHolm: adjusted[index] as number,
    sets: lab.sets.map(({ name }, set) => ({ set: name, effect: effectOf([effect[set] as SetValues[number]]) })),
  }))
}

function leftOutOf(
  found: Findings,
  seen: LeaveOutDifferences,
  halves: readonly Halves[],
  isPruned: boolean,
): LeaveOutEffect {
  const onBoth = (values: SetValues) => effectOf(...HALVES.map((half) => halfOf(values, halves, half)))
  return {
    effect: found.effect,
    pHolm: found.pHolm,
    sets: [...found.sets],
    random:
      seen.random && seen.beyondRandom ? { effect: onBoth(seen.random), beyond: onBoth(seen.beyondRandom) } : null,
    halves: found.halves.map((half): HalfReport => ({ ...half, beyondRandom: half.beyondRandom ?? null })) as [
      HalfReport,
      HalfReport,
    ],
    reported: isPruned
      ? reportedEffect(
          found.halves.map(({ isChosen }) => isChosen),
          seen.effect,
          halves,
        )
      : null,
  }
}

/** Leaves out at once what each half chose, and measures it on the other half. If nothing was chosen, the gain is zero. */
async function seeTogether({
  given,
  usable,
  findings,
  halves,
  trainings,
}: {
  given: Experiment
  usable: readonly number[]
  findings: readonly Findings[]
  halves: readonly Halves[]
  trainings: Trainings
}): Promise<TogetherReport | null> {
  const choices = HALVES.map((half) => usable.filter((_, at) => findings[at]?.halves[half].isChosen))
  if (choices.every((choice) => choice.length === 0)) return null
  await trainings.train(choices.filter(({ length }) => length > 0).flatMap((choice) => armsWithout(choice, given)))
  const everything = trainings.valuesOf(given.bench.everything)
  const nothing = lessBySet(everything, everything)
  const seen = choices.map((choice) =>
    choice.length > 0
      ? seenWithout(choice, given, trainings)
      : { effect: nothing, random: nothing, beyondRandom: nothing },
  )
  const beyond = seen.flatMap(({ beyondRandom }) => (beyondRandom ? [beyondRandom] : []))
  const namesOf = (choice: readonly number[]) => choice.map((which) => given.datasets.list[which]?.name ?? '')
  return {
    choices: [namesOf(choices[0] ?? []), namesOf(choices[1] ?? [])],
    effect: onOtherHalves(
      seen.map(({ effect }) => effect),
      halves,
    ),
    beyondRandom: beyond.length === 2 ? onOtherHalves(beyond, halves) : null,
  }
}

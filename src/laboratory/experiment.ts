// The trainings of a comparison, one after another, and what they come to.
import type { Input } from '../rows/input.ts'
import type { Arm, ReadArms } from './arms.ts'
import { differencesOf, meanOf, type Trained } from './differences.ts'
import type { CompareHooks } from './hooks.ts'
import { moversOf } from './movers.ts'
import type { LaboratoryValues } from './options.ts'
import { planOf } from './plan.ts'
import type { CompareReport } from './report.ts'
import { armReport, identicalArms, type Findings } from './arm-report.ts'
import { initialUnit, trainUnit, type Laboratory, type Unit } from './unit.ts'

export const seedsOf = ({ seed, seeds }: LaboratoryValues) => Array.from({ length: seeds }, (_, index) => seed + index)

export async function experiment(
  lab: Laboratory,
  read: ReadArms,
  arms: Arm[],
  inputs: Input[],
  hooks: CompareHooks,
): Promise<Findings> {
  const seeds = seedsOf(lab.values)
  const initial: Unit[] = []
  for (const seed of seeds) {
    initial.push(await initialUnit(lab, seed, hooks.signal))
    hooks.onProgress?.({ what: 'looking at the untrained vectors', done: initial.length, total: seeds.length })
  }
  const plan = planOf(lab, arms, initial, seeds.length)
  hooks.onPlan?.(plan)
  const trained = await trainAll(lab, arms, seeds, hooks)
  const movers: CompareReport['movers'] = []
  for (const each of trained.filter(({ arm }) => arm.kind === 'given')) {
    const file = inputs[read.arms.indexOf(each.arm)] as Input
    const queries = await moversOf(
      lab,
      read.texts,
      [trained[0] as Trained, each],
      [inputs[0] as Input, file],
      seeds[0] as number,
    )
    movers.push({ arm: each.arm.name, queries })
  }
  return {
    steps: lab.steps,
    sets: lab.sets.map(({ name, queries }) => ({
      name,
      queries: queries.length,
      queryIds: queries.map(({ id }) => id),
    })),
    plan,
    initial: lab.sets.map((_, set) => meanOf(initial.map(({ values }) => meanOf(values[set] as number[])))),
    arms: [...trained.map(armReport), ...identicalArms(read)],
    differences: differencesOf(trained, lab.sets),
    movers,
  }
}

/** Seed by seed, so that what is there after a while is of all arms. */
export async function trainAll(
  lab: Laboratory,
  arms: Arm[],
  seeds: number[],
  { signal, onTraining }: CompareHooks,
): Promise<Trained[]> {
  const trained = arms.map((arm): Trained => ({ arm, units: [] }))
  const total = arms.length * seeds.length
  let done = 0
  let [spent, counted] = [0, 0]
  for (const seed of seeds) {
    for (const { arm, units } of trained) {
      signal?.throwIfAborted()
      const begunMs = performance.now()
      const onShare = (share: number) => {
        const seconds = (performance.now() - begunMs) / 1000
        const each = counted > 0 ? spent / counted : share > 0.05 ? seconds / share : undefined
        onTraining?.({ arm: arm.name, seed, done, total, share, secondsLeft: each && each * (total - done - share) })
      }
      const unit = await trainUnit(lab, arm, seed, { signal, onShare })
      units.push(unit)
      done += 1
      spent += unit.seconds
      counted += 1
    }
  }
  return trained
}

// The trainings of a comparison, and their results.
import type { OpenedCollection } from '../../collections/open.ts'
import type { Input } from '../../rows/input.ts'
import { meanOf } from '../../statistics/mean.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import { planOf } from '../../laboratory/plan.ts'
import { trainAll, untrained } from '../../laboratory/trainings.ts'
import type { Laboratory, MeasuredFirstStage } from '../../laboratory/laboratory.ts'
import { armReport, identicalArms, type Findings } from './arm-report.ts'
import { differencesOf, type TrainedArm } from './differences.ts'
import { moversOf } from './movers.ts'
import { documentsIn, rankingsOf } from './rankings.ts'
import type { ComparedArm, ArmRows } from './read.ts'
import type { CompareReport } from './report.ts'

interface Experiment {
  lab: Laboratory
  read: ArmRows
  /** Those to train: files and controls. */
  arms: readonly ComparedArm[]
  inputs: readonly Input[]
  /** In the order of the laboratory's sets. */
  collections: readonly OpenedCollection[]
  seeds: readonly number[]
}

export async function experiment(
  { lab, read, arms, inputs, collections, seeds }: Experiment,
  hooks: CompareHooks,
): Promise<Findings> {
  const initial = await untrained(lab, seeds, hooks)
  const plan = planOf(lab, arms, initial, seeds.length)
  hooks.onPlan?.(plan)
  const trained = await trainAll(lab, arms, seeds, hooks)
  const [baseline] = trained as [TrainedArm]
  const movers: CompareReport['movers'] = []
  const rankings: CompareReport['rankings'] = []
  for (const each of trained.filter(({ arm }) => arm.kind === 'given')) {
    rankings.push({ arm: each.arm.name, queries: rankingsOf(lab, baseline, each) })
    const files = [inputs[0] as Input, inputs[read.arms.indexOf(each.arm)] as Input] as const
    movers.push({ arm: each.arm.name, queries: await moversOf(lab, [baseline, each], files, seeds[0] as number) })
  }
  return {
    steps: lab.steps,
    sets: lab.sets.map(({ name, queries }) => ({
      name,
      queries: queries.length,
      queryIds: queries.map(({ id }) => id),
    })),
    plan,
    ...(lab.about !== undefined && { trained: lab.about }),
    ...(lab.firstStage && { firstStage: reported(lab.firstStage) }),
    initial: lab.sets.map((_, set) => meanOf(initial.map(({ values }) => meanOf(values[set] as number[])))),
    arms: [...trained.map(armReport), ...identicalArms(read)],
    differences: differencesOf(trained, lab.sets),
    movers,
    rankings,
    documents: await documentsIn(rankings, collections, lab),
  }
}

const reported = ({ retriever, depth, values }: MeasuredFirstStage) => ({ retriever, depth, means: values.map(meanOf) })

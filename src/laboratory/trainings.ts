// Runs the trainings of an experiment, one after another.
import type { Arm } from './arm.ts'
import type { CompareHooks } from './hooks.ts'
import type { Laboratory, UnitHooks } from './laboratory.ts'
import type { ExperimentValues } from './options.ts'
import { initialUnit, trainUnit, type Unit } from './unit.ts'

/** The trainings of an arm, one per seed. */
export interface ArmTrainings<A extends Arm = Arm> {
  arm: A
  units: Unit[]
}

export const seedsOf = ({ seed, seeds }: Pick<ExperimentValues, 'seed' | 'seeds'>) =>
  Array.from({ length: seeds }, (_, index) => seed + index)

/** Returns the values of what all arms start with, seed by seed. */
export async function untrained(lab: Laboratory, seeds: readonly number[], hooks: CompareHooks): Promise<Unit[]> {
  const units: Unit[] = []
  for (const seed of seeds) {
    units.push(await initialUnit(lab, seed, hooks))
    hooks.onProgress?.({ what: 'evaluating what all arms start with', done: units.length, total: seeds.length })
  }
  return units
}

/** Trains seed by seed, so that an interrupted run has results of all arms. */
export async function trainAll<A extends Arm>(
  lab: Laboratory,
  arms: readonly A[],
  seeds: readonly number[],
  hooks: CompareHooks,
): Promise<ArmTrainings<A>[]> {
  const { signal, onTraining } = hooks
  const trained = arms.map((arm): ArmTrainings<A> => ({ arm, units: [] }))
  const total = arms.length * seeds.length
  let [done, spent] = [0, 0]
  for (const seed of seeds) {
    for (const { arm, units } of trained) {
      signal?.throwIfAborted()
      const begunMs = performance.now()
      const onShare = (share: number) => {
        const seconds = (performance.now() - begunMs) / 1000
        const each = done > 0 ? spent / done : share > 0.05 ? seconds / share : undefined
        onTraining?.({ arm: arm.name, seed, done, total, share, secondsLeft: each && each * (total - done - share) })
      }
      const unit = await trainUnit(lab, arm, seed, { ...hooksOf(arm, seed, hooks), onShare })
      units.push(unit)
      done += 1
      spent += unit.seconds
    }
  }
  return trained
}

/** Names the training in what is said of its steps. */
function hooksOf({ name }: Arm, seed: number, { signal, onProgress, onNotice }: CompareHooks): UnitHooks {
  return {
    signal,
    onNotice,
    onProgress: onProgress && (({ what, ...rest }) => onProgress({ what: `${name}, seed ${seed}: ${what}`, ...rest })),
  }
}

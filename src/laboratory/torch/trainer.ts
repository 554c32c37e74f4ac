// Trains the arms of an experiment with PyTorch, one after another, and evaluates each model. A killed training leaves a folder of
// checkpoints under its key, from which the next process resumes.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../base/cache.ts'
import { eachOnce } from '../../base/hooks.ts'
import { makeFolder } from '../../base/page-file.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { Launcher } from '../../torch/python.ts'
import type { TorchWorker } from '../../torch/worker.ts'
import type { Development } from '../../train/development.ts'
import { claim } from '../../train/places.ts'
import { requestOf } from '../../train/torch/request.ts'
import { writeRows, textsIn } from '../../train/torch/rows-file.ts'
import { ownProcess, runEngine } from '../../train/torch/run-engine.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import type { ArmTrainer, UnitHooks, UnitValues } from '../laboratory.ts'
import { alikeByWords } from './alike.ts'
import { Curve } from './curve.ts'
import type { MeasureModel } from './measure.ts'
import type { TorchArmValues } from './options.ts'

/** The queries of --dev, which choose the epoch. */
export interface ChosenDevelopment {
  development?: Development | undefined
  /** For each of them, the texts that a reranker orders. */
  candidates?: number[][] | undefined
}

export interface TorchBench extends ChosenDevelopment {
  launcher: Launcher
  env: Environment
  /** Trains and serves models one after another. */
  worker: TorchWorker
  values: TorchArmValues
  steps: number
  measure: Measure
  measureModel: MeasureModel
  /** Folder of the texts of the rows. */
  texts: string
  /** Folder of what belongs to this laboratory. */
  folder: string
}

export function torchTrainer(bench: TorchBench): ArmTrainer {
  const { values, measure, texts } = bench
  // Every process says where it runs.
  const said = new Set<string>()
  const once = (hooks: UnitHooks) => ({ ...hooks, onNotice: eachOnce(hooks.onNotice, said) })
  let untrained: Promise<UnitValues> | undefined
  return {
    untrained: (seed, given) => {
      const hooks = once(given)
      // Only the new head of a reranker depends on the seed.
      if (values.kind === 'reranker') return measureUntrained(bench, seed, hooks)
      return (untrained ??= measureUntrained(bench, seed, hooks))
    },
    train: (set, seed, key, hooks) => trainArm(bench, set, seed, key, once(hooks)),
    alike: async (queries, among, most) => {
      const found = await textsIn(texts, new Set(among))
      const rows = Array.from(among, (text) => found.get(text) ?? '')
      return alikeByWords(queries, rows, most)
    },
    basis: `the spread of ${measure.name} over queries with the untrained model, by a rule from static encoders`,
  }
}

async function measureUntrained(bench: TorchBench, seed: number, hooks: UnitHooks): Promise<UnitValues> {
  return inFolder(bench, `untrained-${seed}`, async (folder) => {
    const model = join(folder, 'model')
    const request = { ...requestFor(bench, { seed, steps: 0, folder, key: 'untrained' }), processes: 1 }
    await runEngine({ start: (path) => bench.worker.task({ train: path }), request, rows: 0, hooks })
    return { ...(await bench.measureModel(model, join(folder, 'vectors'), hooks)), losses: [], epochs: 0 }
  })
}

async function trainArm(
  bench: TorchBench,
  set: TrainingSet,
  seed: number,
  key: string,
  hooks: UnitHooks,
): Promise<UnitValues> {
  const { steps, development, candidates, values } = bench
  return inFolder(bench, key, async (folder) => {
    const rows = Uint32Array.from({ length: set.size }, (_, row) => row)
    writeRows(folder, set, { rows, development, candidates })
    const curve = new Curve(steps)
    const trainHooks = {
      ...hooks,
      onStep: ({ step, loss }: { step: number; loss: number }) => {
        curve.add(step, loss)
        hooks.onShare?.(step / steps)
      },
    }
    const request = requestFor(bench, { seed, steps, folder, key })
    const trained = await runEngine({ start: startIn(bench), request, rows: set.size, hooks: trainHooks })
    return {
      ...(await bench.measureModel(request.out, join(folder, 'vectors'), hooks)),
      losses: curve.values(),
      epochs: epochsIn(trained.steps, set.size, values.batch),
    }
  })
}

/** Several processes are started anew for each training; a single one trains all. */
const startIn = ({ values, launcher, env, worker }: TorchBench) =>
  values.processes > 1 ? ownProcess(launcher, env) : (path: string) => worker.task({ train: path })

interface TrainingRequest {
  seed: number
  steps: number
  folder: string
  key: string
}

const requestFor = ({ values, texts }: TorchBench, { seed, steps, folder, key }: TrainingRequest) =>
  requestOf({ ...values, seed, steps }, { work: folder, texts, model: join(folder, 'model') }, key)

/** Runs work in a folder that no other process uses; it is removed once the work is done, and kept if that fails. */
async function inFolder<T>({ folder }: TorchBench, name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const own = join(folder, name)
  makeFolder(own)
  claim(join(own, 'process'), own, '--work')
  const result = await work(own)
  rmSync(own, { recursive: true, force: true })
  return result
}

/** Returns how often each row was seen. The last step of an epoch may have fewer rows than the others. */
function epochsIn(steps: number, rows: number, batch: number): number {
  const perEpoch = Math.ceil(rows / batch)
  return Math.floor(steps / perEpoch) + Math.min(1, ((steps % perEpoch) * batch) / rows)
}

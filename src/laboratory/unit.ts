// One training of an experiment, an arm with a seed. It is trained, evaluated and stored in a file, so that it is never repeated.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError, messageOf } from '../base/errors.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import type { Hooks } from '../base/hooks.ts'
import { sha256 } from '../base/hash.ts'
import { isObject } from '../base/json.ts'
import type { Development } from '../train/development.ts'
import type { Engine } from '../train/engine/engine.ts'
import { MinedNegatives } from '../train/refresh.ts'
import { train } from '../train/trainer.ts'
import type { TrainingSet } from '../train/training-set.ts'
import type { Arm } from './arm.ts'
import { scoreSet, type EvaluationSet } from './evaluation-set.ts'
import type { Materials } from './materials.ts'

/** The stored results of a training. */
export interface Unit {
  /** For each set, the value of each query. */
  values: number[][]
  /** The mean loss of each twentieth of the steps. */
  losses: number[]
  /** Number of passes over the rows of the arm. */
  epochs: number
  seconds: number
}

/** The conditions that all trainings share. */
export interface Conditions {
  sets: EvaluationSet[]
  measure: Measure
  /** The same for all arms. */
  steps: number
  /** Numbers of the texts of --corpus. */
  pool?: Uint32Array | undefined
  /** The development queries of --dev. */
  development?: Development | undefined
}

export interface Laboratory extends Materials, Conditions {
  engine: Engine
  /** Hash of everything except arm and seed. */
  identity: string
  /** Where its trainings are stored. */
  folder: string
}

/** Parts of a learning curve. */
const PARTS = 20

/** Returns the values of the initial vectors of all arms. */
export async function initialUnit(lab: Laboratory, seed: number, signal?: AbortSignal): Promise<Unit> {
  return kept(lab, ['initial', seed], async () => {
    resetEngine(lab, seed)
    return { values: await valuesOf(lab, signal), losses: [], epochs: 0 }
  })
}

export interface UnitHooks extends Pick<Hooks, 'signal'> {
  /** Receives the share of the training that is done, 0 to 1. */
  onShare?: ((share: number) => void) | undefined
}

export async function trainUnit(lab: Laboratory, arm: Arm, seed: number, hooks: UnitHooks): Promise<Unit> {
  return kept(lab, ['trained', arm.kind, arm.identity, seed], async () => {
    resetEngine(lab, seed)
    return trainedValues(lab, arm.setOf(seed), seed, hooks)
  })
}

/** Trains with the engine in its current state, and evaluates. */
export async function trainedValues(
  lab: Laboratory,
  set: TrainingSet,
  seed: number,
  { signal, onShare }: UnitHooks = {},
): Promise<Omit<Unit, 'seconds'>> {
  const { engine, pool, values: options, steps, development } = lab
  const values = { ...options, seed, steps }
  const rows = Uint32Array.from({ length: set.size }, (_, row) => row)
  const every = options.refreshNegatives
  const mined = pool && every !== undefined ? new MinedNegatives(set, rows, pool, options.negatives, every) : undefined
  const sums = new Float64Array(PARTS)
  const counts = new Float64Array(PARTS)
  let done = 0
  const onStep = ({ step, loss, rows: trained }: { step: number; loss: number; rows: number }) => {
    const part = Math.min(PARTS - 1, Math.floor(((step - 1) / steps) * PARTS))
    sums[part] = (sums[part] as number) + loss
    counts[part] = (counts[part] as number) + 1
    done += trained
    onShare?.(step / steps)
  }
  await train({ set, rows, development, values, engine, mined }, { signal, onStep })
  const losses = Array.from(sums, (sum, part) => sum / (counts[part] as number)).filter(Number.isFinite)
  return { values: await valuesOf(lab, signal), losses, epochs: done / set.size }
}

/** Writes the initial vectors of a seed and clears the state of the training before. */
export function resetEngine({ engine, start }: Laboratory, seed: number): void {
  engine.state.fill(0)
  engine.writeTable(start.parametersOf(seed))
}

async function valuesOf({ sets, engine, evalTexts, measure }: Laboratory, signal?: AbortSignal): Promise<number[][]> {
  const values: number[][] = []
  for (const set of sets) values.push(await scoreSet(set, engine, evalTexts, measure, signal))
  return values
}

/** Reads the stored results, or makes and stores them. */
async function kept(
  lab: Laboratory,
  what: (string | number)[],
  make: () => Promise<Omit<Unit, 'seconds'>>,
): Promise<Unit> {
  const path = join(lab.folder, `${sha256(JSON.stringify([lab.identity, what]), 32)}.json`)
  const before = readUnit(path, lab.sets)
  if (before !== undefined) return before
  const startedMs = performance.now()
  const unit = { ...(await make()), seconds: (performance.now() - startedMs) / 1000 }
  try {
    mkdirSync(lab.folder, { recursive: true })
    writeFileSync(`${path}.${process.pid}`, JSON.stringify({ what, ...unit }))
    renameSync(`${path}.${process.pid}`, path)
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
  return unit
}

/** Reads stored results; a torn file, or one of other queries, is ignored. */
function readUnit(path: string, sets: EvaluationSet[]): Unit | undefined {
  let unit: unknown
  try {
    unit = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
  const values = isObject(unit) && Array.isArray(unit['values']) ? (unit['values'] as unknown[]) : []
  const isWhole = sets.every(({ queries }, index) => {
    const list = values[index]
    return Array.isArray(list) && list.length === queries.length
  })
  return isWhole ? (unit as unknown as Unit) : undefined
}

// The training loop: epochs of steps, an evaluation on the development queries after each, and the vectors of the best epoch at the end.
import { UsageError } from '../base/errors.ts'
import { Batch, maskLikelyPositives } from './batch.ts'
import { ndcgAt10, type Development } from './development.ts'
import { diagnoseStep, type StepDiagnostics, type StepFigures } from './diagnostics.ts'
import { orderOf } from './draws.ts'
import { Engine } from './engine/engine.ts'
import { hasTerm, lossNamed } from './losses/index.ts'
import type { ScoreBatch } from './losses/loss.ts'
import type { TrainingValues } from './options.ts'
import type { MinedNegatives } from './refresh.ts'
import type { TrainingSet } from './training-set.ts'

/** An epoch, or the partial one with which training ends. */
export interface EpochReport {
  /** From 1. */
  epoch: number
  /** Steps of all epochs so far. */
  steps: number
  /** Mean over the rows of this epoch. */
  loss: number
  /** Null without development queries. */
  ndcg: number | null
}

/** Position in the training; stored in a checkpoint besides the vectors. */
export interface Position {
  /** Steps done. */
  step: number
  /** Loss times rows, and rows, since the start of the epoch. */
  lossSum: number
  lossRows: number
  epochs: EpochReport[]
}

export interface TrainingHooks {
  signal?: AbortSignal | undefined
  /** Called after each step. Steps are counted over all epochs. */
  onStep?: ((progress: { step: number; steps: number; rows: number; loss: number }) => void) | undefined
  onEpoch?: ((report: EpochReport) => void) | undefined
  /** Receives diagnostics of about a thousand steps, evenly spread. They are computed only if this is given, and change nothing. */
  onDiagnostics?: ((diagnostics: StepDiagnostics) => void) | undefined
  /**
   * Called between steps; saves when it is due.
   * @param best the vectors of the best epoch so far
   * @param isLast whether training is about to be interrupted
   */
  save?: ((position: Position, best: Uint8Array | undefined, isLast: boolean) => void) | undefined
}

export interface TrainerInput {
  set: TrainingSet
  /** Numbers of the rows used for training. */
  rows: Uint32Array
  development: Development | undefined
  values: TrainingValues
  engine: Engine
  /** Where to resume, with the engine already in that state. */
  from?: { position: Position; best: Uint8Array | undefined } | undefined
  /** Negatives mined during training, used in place of those of the rows. */
  mined?: MinedNegatives | undefined
}

/** How long this thread works before it yields to the event loop, so that signals are handled. */
const BREATHE_MS = 50

/** Number of steps with diagnostics. */
const DIAGNOSED = 1000

/** Returns the engine capacity for these settings: enough for steps, and for many texts at once in evaluation. */
export const capacityFor = ({ batch, negatives, generated, loss }: TrainingValues, largestBag: number) => {
  const [queries, passages] = [Math.max(batch, 128), Math.max(batch * (1 + negatives + generated), 512)]
  const entries = (queries + passages) * Math.max(1, largestBag)
  return { queries, passages, entries, setsPassagesApart: hasTerm(loss) }
}

export const stepsOf = (rows: number, { batch, epochs, steps }: TrainingValues) =>
  steps ?? Math.ceil(rows / batch) * epochs

/** Trains until all steps are done. @returns the reports of all epochs and the number of the best, whose vectors the engine then holds */
export async function train(
  input: TrainerInput,
  hooks: TrainingHooks = {},
): Promise<{ epochs: EpochReport[]; best: number }> {
  const { set, rows, values, engine, development } = input
  const { batch: size, seed } = values
  const total = stepsOf(rows.length, values)
  const perEpoch = Math.ceil(rows.length / size)
  const batch = new Batch(set, values)
  const step = stepper(batch, values, engine, total)
  const every = Math.ceil(total / DIAGNOSED)
  const position = input.from?.position ?? { step: 0, lossSum: 0, lossRows: 0, epochs: [] }
  let best = input.from?.best
  let leading = position.epochs.reduce<EpochReport | undefined>(betterOf, undefined)
  let breath = performance.now()
  while (position.step < total) {
    const epoch = Math.floor(position.step / perEpoch) + 1
    const order = orderOf(rows, (row) => set.codeOf(row), { seed, epoch })
    const end = Math.min(total, epoch * perEpoch)
    while (position.step < end) {
      const start = (position.step % perEpoch) * size
      const negativesOf = await input.mined?.before(position.step, engine, hooks.signal)
      batch.fill(order.subarray(start, start + size), { seed, epoch }, negativesOf)
      position.step += 1
      const isDiagnosed = hooks.onDiagnostics !== undefined && position.step % every === 0
      const { loss, figures } = step(position.step, isDiagnosed)
      if (!Number.isFinite(loss)) throw diverged(position.step - 1, `the loss is ${loss}`)
      if (figures) hooks.onDiagnostics?.({ step: position.step, epoch, ...figures })
      position.lossSum += loss * batch.queryCount
      position.lossRows += batch.queryCount
      hooks.onStep?.({ step: position.step, steps: total, rows: batch.queryCount, loss })
      if (performance.now() - breath > BREATHE_MS) {
        await new Promise(setImmediate)
        breath = performance.now()
      }
      if (position.step < end) saveOrStop(position, best, hooks)
    }
    const ndcg = development === undefined ? null : await ndcgAt10(development, engine, set.texts)
    const report = { epoch, steps: position.step, loss: position.lossSum / position.lossRows, ndcg }
    position.epochs.push(report)
    Object.assign(position, { lossSum: 0, lossRows: 0 })
    leading = betterOf(leading, report)
    if (ndcg !== null && leading === report) best = Uint8Array.from(engine.table)
    hooks.onEpoch?.(report)
    saveOrStop(position, best, hooks)
  }
  if (best !== undefined) engine.table.set(best)
  assertFinite(engine.table, position.step)
  return { epochs: position.epochs, best: leading?.epoch ?? 0 }
}

/** Saves before it stops, so that an interrupted training loses no step. */
function saveOrStop(position: Position, best: Uint8Array | undefined, { save, signal }: TrainingHooks): void {
  save?.(position, best, signal?.aborted ?? false)
  signal?.throwIfAborted()
}

/** Largest allowed value in a vector: the squares of larger sums would overflow 32-bit floats. */
const LARGEST = 1e15

function assertFinite(table: Uint8Array, step: number): void {
  const values = new Float32Array(table.buffer, table.byteOffset, table.byteLength / 4)
  for (const value of values) if (!(Math.abs(value) < LARGEST)) throw diverged(step, `a vector holds ${value}`)
}

/** After a loss that is not a finite number, no later value would be one. */
const diverged = (step: number, what: string) =>
  new UsageError(`training diverged: after step ${step} ${what}; no encoder was written`, {
    hint: 'Use a smaller --learning-rate.',
  })

/** Returns the epoch with the higher nDCG@10, the earlier of equals; the later if nothing was measured. */
const betterOf = (one: EpochReport | undefined, other: EpochReport): EpochReport =>
  one === undefined || other.ndcg === null || other.ndcg > (one.ndcg ?? -1) ? other : one

type Step = (step: number, isDiagnosed: boolean) => { loss: number; figures: StepFigures | undefined }

/** Returns a function that runs a step on the filled batch. */
function stepper(batch: Batch, values: TrainingValues, engine: Engine, total: number): Step {
  const { infoNce, term } = lossNamed(values)
  if (term && !engine.capacity.setsPassagesApart) throw new Error('the engine cannot set passages apart')
  const { learningRate, schedule, maskShare, temperature, weightDecay } = values
  const cosineOf = (one: number, other: number) => engine.cosineOf(one, other)
  const { roles, positives } = batch
  const view: ScoreBatch = { roles, positives, scores: new Float32Array(), queries: 0, passages: 0, stride: 0 }
  return (step, isDiagnosed) => {
    let figures: StepFigures | undefined
    const rate = schedule === 'constant' ? learningRate : learningRate * (1 - (step - 1) / total)
    engine.place(batch.queryCount, batch.passageCount, batch.copy)
    const loss = engine.learn(
      (scores, gradient, ofPassages) => {
        view.scores = scores.values
        view.queries = scores.queries
        view.passages = scores.passages
        view.stride = scores.stride
        if (typeof maskShare === 'number') maskLikelyPositives(view, maskShare)
        const value = infoNce(view, gradient.values)
        if (isDiagnosed) figures = diagnoseStep(view, gradient.values, temperature, cosineOf)
        if (ofPassages !== gradient) ofPassages.values.set(gradient.values)
        return term === undefined ? value : value + term(view, ofPassages.values)
      },
      rate,
      step,
      weightDecay,
    )
    return { loss, figures }
  }
}

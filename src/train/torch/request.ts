// What the Python engine is asked for: the settings of trainer/winnow_trainer/settings.py, written to a file.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TorchTraining } from './options.ts'

/** The folders of one training. */
export interface EnginePlaces {
  /** Rows, request, checkpoints and log. */
  work: string
  /** The texts of the rows, which several trainings may share. */
  texts: string
  /** The trained model. */
  model: string
}

const DEFAULT_TARGETS = 'q_proj,v_proj'

/** Returns the settings of the engine; null for what was not given. */
export function requestOf(values: TorchTraining, places: EnginePlaces, fingerprint: string) {
  const { base, kind, loss, inBatch, maskShare } = values
  return {
    kind,
    // A folder is found from wherever the engine runs.
    base: existsSync(base) ? resolve(base) : base,
    queryPrefix: values.queryPrefix ?? null,
    passagePrefix: values.passagePrefix ?? null,
    pooling: values.pooling ?? null,
    appendEos: values.appendEos,
    maxTokens: values.maxTokens,
    batch: values.batch,
    miniBatch: values.miniBatch ?? null,
    epochs: values.epochs,
    steps: values.steps ?? null,
    negatives: values.negatives,
    generated: values.generated,
    learningRate: values.learningRate,
    schedule: values.schedule,
    warmup: values.warmup,
    temperature: values.temperature,
    loss,
    lossWeight: values.lossWeight ?? null,
    entropyTemperature: values.entropyTemperature ?? null,
    maskShare: typeof maskShare === 'number' ? maskShare : null,
    inBatch: inBatch === 'on',
    seed: values.seed,
    lora: loraOf(values),
    precision: values.precision,
    gradientCheckpointing: values.gradientCheckpointing,
    earlyStop: values.earlyStop ?? null,
    checkpointEvery: values.checkpointEvery,
    processes: values.processes,
    device: values.device,
    work: places.work,
    texts: places.texts,
    out: places.model,
    fingerprint,
  }
}

export type EngineRequest = ReturnType<typeof requestOf>

function loraOf({ loraRank, loraAlpha, loraDropout, loraTargets = DEFAULT_TARGETS }: TorchTraining) {
  if (loraRank === undefined) return null
  return {
    rank: loraRank,
    alpha: loraAlpha ?? 2 * loraRank,
    dropout: loraDropout,
    targets: loraTargets.split(',').map((name) => name.trim()),
  }
}

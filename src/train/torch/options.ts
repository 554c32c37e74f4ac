// The options of trainings with PyTorch, and those of winnow train --engine torch, each declared once. A recipe is a set of their values.
import { UsageError } from '../../base/errors.ts'
import { POOLINGS } from '../../encoders/settings.ts'
import { deciding } from '../../options/decides.ts'
import {
  choice,
  decimal,
  flag,
  flagOf,
  integer,
  readOptions,
  share,
  text,
  type OptionInput,
  type OptionSchema,
  type OptionValues,
  type SchemaLike,
} from '../../options/options.ts'
import { assertLoss, LOSSES } from '../losses/index.ts'
import { TRAIN_OPTIONS } from '../options.ts'

const { batch, negatives, generated, lossWeight, entropyTemperature, maskShare, seed, maxTokens, dev } = TRAIN_OPTIONS
const { engine, out, checkpointEvery, format, onBadRow } = TRAIN_OPTIONS

const WEIGHTS = deciding('vectors', {
  base: text('MODEL', { help: 'model to fine-tune: a folder with PyTorch weights, or the name of a downloaded one' }),
  kind: choice(['encoder', 'reranker'], { help: 'what to train: a bi-encoder or a cross-encoder', default: 'encoder' }),
  epochs: integer('N', { help: 'passes over the rows', default: 1, min: 1, max: 10_000 }),
  steps: integer('N', { help: 'training steps, instead of --epochs', min: 1, max: 2 ** 31 }),
  learningRate: decimal('N', { help: 'highest learning rate of AdamW', default: 2e-5, min: 0 }),
  schedule: choice(['constant', 'linear', 'cosine'], {
    help: 'learning rate: constant, or linear or cosine decay to zero',
    default: 'linear',
    rare: true,
  }),
  warmup: share('SHARE', {
    help: 'share of the steps in which the learning rate rises from 0',
    default: 0,
    rare: true,
  }),
  temperature: decimal('N', { help: 'temperature of the loss', default: 0.05, min: 0.0001 }),
  loss: choice([...LOSSES, 'bce', 'list-wise'], {
    help: 'the same for encoders; bce (default) or list-wise for rerankers',
    default: 'info-nce',
  }),
  inBatch: choice(['on', 'off'], {
    help: 'whether passages of other rows of the step are negatives too',
    default: 'on',
    rare: true,
  }),
  queryPrefix: text('TEXT', { help: "text before each query (default: the model's own)" }),
  passagePrefix: text('TEXT', { help: "text before each passage (default: the model's own)" }),
  pooling: choice(POOLINGS, {
    help: 'pooling, for a model that is not an encoder yet (default: mean)',
    default: undefined,
    rare: true,
  }),
  appendEos: flag({ help: 'end each text with the end-of-sequence token', rare: true }),
  loraRank: integer('N', { help: 'train a LoRA adapter of this rank instead of all weights', min: 1, max: 4096 }),
  loraAlpha: integer('N', { help: 'scale of the adapter (default: twice its rank)', min: 1, max: 65_536, rare: true }),
  loraDropout: decimal('N', { help: 'dropout of the adapter', default: 0, min: 0, max: 0.9, rare: true }),
  loraTargets: text('A,B,…', { help: 'linear layers with an adapter (default: q_proj,v_proj)', rare: true }),
  earlyStop: integer('N', { help: 'stop after this many epochs without a better nDCG@10', min: 1, max: 1000 }),
  precision: choice(['fp32', 'bf16'], { help: 'arithmetic on a GPU (a CPU always uses fp32)', default: 'fp32' }),
})

/** What decides only how fast, and with how much memory. */
const MEANS = deciding('nothing', {
  miniBatch: integer('N', {
    help: 'texts (encoder, by GradCache) or rows (reranker) held at once; does not change the result',
    min: 1,
    max: 65_536,
  }),
  gradientCheckpointing: flag({ help: 'compute activations twice to save memory', rare: true }),
  processes: integer('N', {
    help: 'processes, one per GPU; --batch is over all of them',
    default: 1,
    min: 1,
    max: 1024,
  }),
  device: choice(['auto', 'cpu', 'cuda'], {
    help: 'where to train (auto: on a GPU if there is one; cuda: fail if there is none)',
    default: 'auto',
  }),
  python: text('PATH', {
    help: 'Python with sentence-transformers 6 (default: WINNOW_PYTHON, else uv, else python3)',
  }),
})

/** Options of every training with PyTorch. */
export const TORCH_TRAINING_OPTIONS = {
  engine,
  ...WEIGHTS,
  batch,
  negatives,
  generated,
  lossWeight,
  entropyTemperature,
  maskShare,
  seed,
  maxTokens,
  dev,
  ...MEANS,
  checkpointEvery,
  format,
  onBadRow,
}

const { engine: _engine, ...training } = TORCH_TRAINING_OPTIONS
export const TORCH_OPTIONS = { engine, out, ...training }

/** As given, by a program or by flags over a recipe. */
export type TorchInput = OptionInput<typeof TORCH_OPTIONS>
export type TorchTraining = OptionValues<typeof TORCH_TRAINING_OPTIONS> & { base: string }
export type TorchValues = OptionValues<typeof TORCH_OPTIONS> & TorchTraining & { out: string }

/** Reads the options of winnow train. @throws UsageError as `readTorchTraining` does, and when there is no output folder */
export function readTorchOptions(given: TorchInput): TorchValues {
  const values = readTorchTraining(TORCH_OPTIONS, TRAIN_OPTIONS, given)
  if (values.out === undefined) throw new UsageError('no output folder: give one with --out')
  return { ...values, out: values.out }
}

/**
 * Reads the options of a training with PyTorch, and those beside it.
 * @param schema the options of the command with this engine
 * @param others those of the same command with Winnow's own engine
 * @throws UsageError that names options of the other engine, and settings that exclude each other
 */
export function readTorchTraining<S extends SchemaLike<typeof TORCH_TRAINING_OPTIONS>>(
  schema: S,
  others: OptionSchema,
  given: OptionInput<S>,
): OptionValues<S> & TorchTraining {
  const foreign = Object.keys(given).filter((name) => !(name in schema) && name in others)
  if (foreign.length > 0) {
    throw new UsageError(`${foreign.map(flagOf).join(', ')}: no effect with --engine torch`, {
      hint: 'Leave it out, or train without --engine torch.',
    })
  }
  const ofKind = given.kind === 'reranker' ? { loss: 'bce' } : {}
  const values = readOptions(schema, { ...ofKind, ...given }) as OptionValues<S> & TorchTraining
  const { base, loss } = values as Partial<TorchTraining>
  if (base === undefined) {
    throw new UsageError('--engine torch: no model to fine-tune', { hint: 'Give one with --base, or use --recipe.' })
  }
  assertFits(values)
  if (loss !== undefined && loss !== 'bce' && loss !== 'list-wise') assertLoss({ ...values, loss })
  return values
}

function assertFits(values: TorchTraining): void {
  const isReranker = values.kind === 'reranker'
  const faults = [
    ...(isReranker && values.loss.startsWith('info-nce') ? [`--loss ${values.loss} is for encoders`] : []),
    ...(!isReranker && (values.loss === 'bce' || values.loss === 'list-wise')
      ? [`--loss ${values.loss} is for rerankers (--kind reranker)`]
      : []),
    ...(isReranker && values.negatives + values.generated === 0 ? ['a reranker needs negatives'] : []),
    ...(values.loraTargets !== undefined && values.loraRank === undefined ? ['--lora-targets needs --lora-rank'] : []),
  ]
  if (faults.length > 0) throw new UsageError(faults.join('; '))
}

// The options of training, and those of winnow train, each declared once.
import { UsageError } from '../base/errors.ts'
import { deciding } from '../options/decides.ts'
import {
  choice,
  decimal,
  flag,
  flagOf,
  integer,
  optionalShareOrOff,
  text,
  type OptionInput,
  type OptionValues,
} from '../options/options.ts'
import { ROW_OPTIONS } from '../rows/options.ts'
import { lossOption } from './losses/index.ts'

/** Options of every training that decide the vectors. */
export const TRAINING_OPTIONS = deciding('vectors', {
  dimensions: integer('N', { help: 'dimensions of the vectors (default: 512, or those of --from)', min: 1, max: 4096 }),
  epochs: integer<number | undefined>('N', {
    help: 'passes over the rows (default: 6; 10 with --base)',
    default: undefined,
    min: 1,
    max: 10_000,
  }),
  steps: integer('N', { help: 'training steps, instead of --epochs', min: 1, max: 2 ** 31 }),
  batch: integer('N', { help: 'rows per step', default: 64, min: 1, max: 4096 }),
  negatives: integer('N', { help: 'negatives per row, redrawn every epoch', default: 7, min: 0, max: 1000 }),
  generated: integer('N', {
    help: 'generated negatives per row, in addition to --negatives',
    default: 3,
    min: 0,
    max: 1000,
  }),
  learningRate: decimal('N', { help: 'learning rate of Adam (default: 0.01; 0.001 with --base)', min: 0 }),
  schedule: choice(['constant', 'linear'], {
    help: 'learning rate: constant, or linear decay to zero',
    default: 'constant',
    rare: true,
  }),
  temperature: decimal('N', { help: 'temperature of the loss (default: 0.1; 0.05 with --base)', min: 0.0001 }),
  loss: lossOption('loss: InfoNCE, or InfoNCE plus a term over generated negatives'),
  lossWeight: decimal('N', {
    help: 'weight of the term added to InfoNCE (default: 0.05 for entropy, 10 for match)',
    min: 0,
  }),
  entropyTemperature: decimal('N', {
    help: 'temperature of the entropy term (default: 0.1)',
    min: 0.0001,
    rare: true,
  }),
  maskShare: optionalShareOrOff('SHARE', {
    help: "ignore in-batch passages that score at least this share of the query's positive (default: off)",
    rare: true,
  }),
  seed: integer('N', { help: 'random seed', default: 1, min: 0, max: 2 ** 31 }),
  maxTokens: integer('N', { help: 'maximum tokens per text in training', default: 256, min: 1, max: 100_000 }),
  vocabulary: integer('N', { help: 'maximum words with their own vector', default: 100_000, min: 1, max: 4_000_000 }),
  from: text('FOLDER', { help: 'start from a Model2Vec or StaticEmbedding folder instead of random vectors' }),
  base: text('ENCODER', {
    help: 'train a linear map over the vectors of this encoder, which stays as it is: hf:PATH, MODEL@BASE_URL, or the folder of an encoder',
  }),
  map: choice(['shared', 'per-side'], {
    help: '--base: one map for all texts, or one for queries and one for passages',
    default: 'shared',
  }),
  rank: integer('N', {
    help: '--base: learn a low-rank map: the identity plus a product of two matrices with N columns (default: a full matrix)',
    min: 1,
    max: 4096,
  }),
  weightDecay: decimal('N', {
    help: '--base: weight decay towards the identity, as a share of the learning rate per step',
    default: 0,
    min: 0,
    max: 100,
    rare: true,
  }),
  refreshNegatives: integer('N', {
    help: "every N steps, mine new negatives from --corpus with the current encoder (at most 95% of the positive's score)",
    min: 1,
  }),
  corpus: text('CORPUS', { help: 'documents for --refresh-negatives: a file or a collection folder' }),
  dev: text('DIR:SPLIT', {
    help: 'choose the best epoch on this collection (default: on 10% of the queries, held out)',
  }),
})

/** The options whose default depends on what is trained. */
interface Usual {
  epochs: number
  learningRate: number
  temperature: number
}

/** Defaults for a table of tokens, and for a map over vectors. */
const USUAL: Record<'table' | 'map', Usual> = {
  table: { epochs: 6, learningRate: 0.01, temperature: 0.1 },
  map: { epochs: 10, learningRate: 0.001, temperature: 0.05 },
}

/** Values with every default. */
export type Settled<V> = Omit<V, keyof Usual> & Usual

export type TrainingValues = Settled<OptionValues<typeof TRAINING_OPTIONS>>

/**
 * Fills in the defaults that depend on what is trained.
 * @param given the options before any default
 * @throws UsageError for options that have no effect on it
 */
export function settled<V extends OptionValues<typeof TRAINING_OPTIONS>>(
  values: V,
  given: OptionInput<typeof TRAINING_OPTIONS> = {},
): Settled<V> {
  assertFitting(values, given)
  const { epochs, learningRate, temperature } = values
  const usual = usualOf(values)
  return {
    ...values,
    epochs: epochs ?? usual.epochs,
    learningRate: learningRate ?? usual.learningRate,
    temperature: temperature ?? usual.temperature,
  }
}

/** What a table of tokens has and a map has not. */
const OF_TABLES = ['dimensions', 'vocabulary', 'maxTokens'] as const

function assertFitting(
  { base, from, map, rank, weightDecay }: OptionValues<typeof TRAINING_OPTIONS>,
  given: OptionInput<typeof TRAINING_OPTIONS>,
): void {
  if (base !== undefined) {
    if (from !== undefined) throw new UsageError('--base and --from exclude each other')
    const idle = OF_TABLES.filter((name) => given[name] !== undefined)
    if (idle.length === 0) return
    throw new UsageError(`${idle.map(flagOf).join(', ')}: no effect with --base`, {
      hint: 'Vectors are those of the encoder: hf:PATH?max-tokens=N cuts texts shorter.',
    })
  }
  const idle = [
    ...(map === 'shared' ? [] : ['map']),
    ...(rank === undefined ? [] : ['rank']),
    ...(weightDecay === 0 ? [] : ['weightDecay']),
  ]
  if (idle.length > 0) throw new UsageError(`${idle.map(flagOf).join(', ')}: no effect without --base`)
}

/** Returns the defaults for a training with or without `base`. */
export const usualOf = ({ base }: { base?: unknown }): Usual => USUAL[base === undefined ? 'table' : 'map']

const ENGINES = {
  engine: choice(['winnow', 'torch'], {
    help: 'winnow: train a static encoder, or a map over --base, here; torch: fine-tune a model with PyTorch, on a GPU if there is one',
    default: 'winnow',
  }),
}

export const TRAIN_OPTIONS = {
  ...deciding('vectors', ENGINES),
  ...deciding('nothing', { out: text('MODEL', { help: 'output folder for the encoder' }) }),
  ...TRAINING_OPTIONS,
  ...deciding('figures', {
    diagnose: flag({
      help: 'log the effect of generated negatives on the gradient to MODEL/diagnostics.jsonl; does not change the vectors',
    }),
  }),
  ...deciding('nothing', {
    threads: integer('N', {
      help: 'threads (default: one per processor); does not change the vectors',
      min: 1,
      max: 256,
      rare: true,
    }),
    checkpointEvery: decimal('SECONDS', {
      help: 'interval between checkpoints in MODEL.training; the same command resumes from the last one',
      default: 60,
      min: 0,
      rare: true,
    }),
  }),
  ...deciding('vectors', {
    format: ROW_OPTIONS.format,
    onBadRow: choice(['stop', 'skip'], { help: 'unreadable rows: stop, or skip them', default: 'stop' }),
  }),
}

/** Options as given, for Winnow's own engine. */
export type OwnInput = OptionInput<typeof TRAIN_OPTIONS>
export type TrainValues = Settled<OptionValues<typeof TRAIN_OPTIONS>>

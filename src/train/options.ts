// The options of training, and those of winnow train, each declared once.
import { deciding } from '../options/decides.ts'
import {
  choice,
  decimal,
  flag,
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
  dimensions: integer('N', { help: 'length of a vector (default: 512, or that of --from)', min: 1, max: 4096 }),
  epochs: integer('N', { help: 'how often all rows are gone through', default: 6, min: 1, max: 10_000 }),
  steps: integer('N', { help: 'so many steps, instead of --epochs', min: 1, max: 2 ** 31 }),
  batch: integer('N', { help: 'rows of a step', default: 64, min: 1, max: 4096 }),
  negatives: integer('N', { help: 'negatives of a row, drawn anew in each epoch', default: 7, min: 0, max: 1000 }),
  generated: integer('N', {
    help: 'negatives of a row that a model wrote, drawn besides --negatives',
    default: 3,
    min: 0,
    max: 1000,
  }),
  learningRate: decimal('N', { help: 'of Adam', default: 0.01, min: 0 }),
  schedule: choice(['constant', 'linear'], {
    help: 'the learning rate stays, or falls to nothing',
    default: 'constant',
    rare: true,
  }),
  temperature: decimal('N', { help: 'scores are divided by it in the loss', default: 0.1, min: 0.0001 }),
  loss: lossOption('what is made smaller: InfoNCE, or InfoNCE and a term over generated negatives'),
  lossWeight: decimal('N', {
    help: 'of the term that is added to InfoNCE (default: 0.05 for entropy, 10 for match)',
    min: 0,
  }),
  entropyTemperature: decimal('N', {
    help: 'scores are divided by it in the entropy term (default: 0.1)',
    min: 0.0001,
    rare: true,
  }),
  maskShare: optionalShareOrOff('SHARE', {
    help: "passages of other rows that score at least this share of the query's positive take no part (default: off)",
    rare: true,
  }),
  seed: integer('N', { help: 'of all that is drawn', default: 1, min: 0, max: 2 ** 31 }),
  maxTokens: integer('N', { help: 'tokens of a text that count in training', default: 256, min: 1, max: 100_000 }),
  vocabulary: integer('N', { help: 'words that have a vector of their own', default: 100_000, min: 1, max: 4_000_000 }),
  from: text('FOLDER', { help: 'start from this Model2Vec or StaticEmbedding folder, not from random vectors' }),
  refreshNegatives: integer('N', {
    help: 'every N steps, mine negatives anew from --corpus with the encoder as it is by then (95% of the positive at most)',
    min: 1,
  }),
  corpus: text('CORPUS', { help: 'the documents of --refresh-negatives: a file, or the folder of a collection' }),
  dev: text('DIR:SPLIT', {
    help: 'choose the epoch on this collection (default: on 10% of the queries of the rows, which are not trained on)',
  }),
})

export type TrainingValues = OptionValues<typeof TRAINING_OPTIONS>

export const TRAIN_OPTIONS = {
  ...deciding('nothing', { out: text('MODEL', { help: 'folder for the encoder' }) }),
  ...TRAINING_OPTIONS,
  ...deciding('figures', {
    diagnose: flag({
      help: 'log in MODEL/diagnostics.jsonl what generated negatives do to the gradient; the vectors are the same with it',
    }),
  }),
  ...deciding('nothing', {
    threads: integer('N', {
      help: 'threads (default: one a processor); the vectors are the same with any number',
      min: 1,
      max: 256,
      rare: true,
    }),
    checkpointEvery: decimal('SECONDS', {
      help: 'how often the state of training is saved, in MODEL.training; the same command goes on from there',
      default: 60,
      min: 0,
      rare: true,
    }),
  }),
  ...deciding('vectors', {
    format: ROW_OPTIONS.format,
    onBadRow: choice(['stop', 'skip'], { help: 'rows that cannot be read: stop, or leave them out', default: 'stop' }),
  }),
}

/** What `trainEncoder` accepts from a program; the names are those of the flags, in camel case. */
export type TrainInput = OptionInput<typeof TRAIN_OPTIONS>
export type TrainValues = OptionValues<typeof TRAIN_OPTIONS>

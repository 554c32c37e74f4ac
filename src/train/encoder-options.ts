// The options of train, declared once.
import { choice, decimal, flag, integer, text, type OptionInput, type OptionValues } from '../options/options.ts'
import { TRAINING_OPTIONS } from './options.ts'
import { ROW_OPTIONS } from '../rows/options.ts'

export const TRAIN_OPTIONS = {
  out: text('MODEL', { help: 'folder for the encoder' }),
  ...TRAINING_OPTIONS,
  diagnose: flag({
    help: 'log in MODEL/diagnostics.jsonl what generated negatives do to the gradient; the vectors are the same with it',
  }),
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
  format: ROW_OPTIONS.format,
  onBadRow: choice(['stop', 'skip'], { help: 'rows that cannot be read: stop, or leave them out', default: 'stop' }),
}

/** What `trainEncoder` takes from a program; the same names, in camel case, as the flags. */
export type TrainInput = OptionInput<typeof TRAIN_OPTIONS>
export type TrainValues = OptionValues<typeof TRAIN_OPTIONS>

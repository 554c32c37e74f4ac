// The options of compare, declared once: its own, and those of training.
import { choice, flag, integer, manyTexts, text, type OptionInput, type OptionValues } from '../options/options.ts'
import { TRAINING_OPTIONS } from '../train/options.ts'
import { ROW_OPTIONS } from '../rows/options.ts'
import { TRAIN_OPTIONS } from '../train/encoder-options.ts'

/** Fewer seeds say too little of how much seeds matter. */
export const LEAST_SEEDS = 5

export const COMPARE_OPTIONS = {
  eval: manyTexts('COLLECTION', { help: 'test collections, as folders; COLLECTION:SPLIT for another split than test' }),
  seeds: integer('N', { help: 'trainings of each arm', default: LEAST_SEEDS, min: LEAST_SEEDS, max: 1000 }),
  measure: text('MEASURE', { help: 'what is compared, one measure of winnow eval', default: 'nDCG@10' }),
  noControls: flag({ help: 'without the arms that change as many passages, or drop as many rows, at random' }),
  html: text('FILE', { help: 'write a page with plots' }),
  work: text('DIR', {
    help: 'where finished trainings are kept, for the same command to go on from (default: in the cache)',
  }),
  policies: text('LIST', {
    help: 'of one file that was cleaned: arms decided anew by presets or options of apply, as in rlhn-text,safe',
  }),
  ledger: text('FILE', { help: 'the evidence of --policies: the ledger of the run' }),
  evidence: text('FILE', { help: 'the evidence of --policies: a file that --write-evidence wrote', rare: true }),
  run: text('ID', { help: 'the run whose evidence counts (default: the only one for this input)', rare: true }),
  ...TRAINING_OPTIONS,
  seed: integer('N', { help: 'the first seed; the others follow it', default: 1, min: 0, max: 2 ** 30 }),
  dev: text('DIR:SPLIT', {
    help: 'choose the epoch of each training on this collection (default: the last step counts)',
  }),
  threads: TRAIN_OPTIONS.threads,
  format: ROW_OPTIONS.format,
  onBadRow: choice(['stop', 'skip'], { help: 'rows that cannot be read: stop, or leave them out', default: 'stop' }),
}

export type CompareInput = OptionInput<typeof COMPARE_OPTIONS>
export type CompareValues = OptionValues<typeof COMPARE_OPTIONS>

// The options of every experiment, declared once: which collections encoders are compared on, how often each arm is trained, and how.
import { HTML_OPTION } from '../options/html-option.ts'
import { deciding } from '../options/decides.ts'
import { integer, manyTexts, text, type OptionValues } from '../options/options.ts'
import { TRAIN_OPTIONS, TRAINING_OPTIONS, type Settled } from '../train/options.ts'

/** Fewer seeds tell too little about how much seeds matter. */
export const LEAST_SEEDS = 5

/** The question put to the trainings. The contents of the collections are part of every key, whatever their names. */
export const QUESTION_OPTIONS = {
  ...deciding('nothing', {
    eval: manyTexts('COLLECTION', {
      help: 'folders of test collections; COLLECTION:SPLIT for a split other than test',
    }),
    seeds: integer('N', { help: 'trainings per arm', default: LEAST_SEEDS, min: LEAST_SEEDS, max: 1000 }),
  }),
  ...deciding('figures', {
    measure: text('MEASURE', { help: 'measure to compare, as in winnow eval', default: 'nDCG@10' }),
  }),
  ...deciding('nothing', {
    html: HTML_OPTION,
    work: text('DIR', {
      help: 'folder for finished trainings, from which the same command resumes (default: in the cache)',
    }),
  }),
}

/** Options of the trainings of every arm, whichever engine trains. */
export const EACH_TRAINING = deciding('vectors', {
  seed: integer('N', { help: 'first seed; the others follow it', default: 1, min: 0, max: 2 ** 30 }),
  dev: text('DIR:SPLIT', {
    help: 'choose the best epoch of each training on this collection (default: use the last step)',
  }),
})

/** Options for training each arm with Winnow's own engine. */
export const ARM_OPTIONS = {
  ...TRAINING_OPTIONS,
  ...EACH_TRAINING,
  threads: TRAIN_OPTIONS.threads,
  format: TRAIN_OPTIONS.format,
  onBadRow: TRAIN_OPTIONS.onBadRow,
}

export const LABORATORY_OPTIONS = { ...QUESTION_OPTIONS, ...ARM_OPTIONS }

/** Options of every experiment, whichever engine trains. */
export type ExperimentValues = OptionValues<typeof QUESTION_OPTIONS & typeof EACH_TRAINING> &
  Pick<LaboratoryValues, 'format' | 'onBadRow'>

export type LaboratoryValues = Settled<OptionValues<typeof LABORATORY_OPTIONS>>

// The options of prune, declared once: its own, and those of every experiment.
import { choice, decimal, flag, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ARM_OPTIONS, LEAST_SEEDS, QUESTION_OPTIONS, type ExperimentValues } from '../../laboratory/options.ts'
import { TORCH_ARM_OPTIONS } from '../../laboratory/torch/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'
import { TRAIN_OPTIONS } from '../../train/options.ts'
import type { ByRecipe } from '../../train/torch/recipes.ts'

const { eval: collections, ...question } = QUESTION_OPTIONS
const { engine } = TRAIN_OPTIONS
const { onBadRow: _onBadRow, ...training } = ARM_OPTIONS
const { onBadRow: _torchOnBadRow, ...torchTraining } = TORCH_ARM_OPTIONS

/**
 * Half of the queries must choose among many datasets: with five seeds, 5 of 18 datasets that cost 1.6 points
 * were missed (bench/prune-errors.ts).
 */
const SEEDS = 10

const OWN = {
  out: text('ROWS', {
    help: 'output file for the kept rows (.gz compresses, - is standard output); default: print the table only',
  }),
  eval: collections,
  by: choice(['file', 'field'], {
    help: 'what a dataset is: a file, or all rows with the same `dataset` or `subset` (default: file; field for a single file)',
    default: undefined,
  }),
  sample: integer('N', { help: 'maximum training rows per dataset', default: 50_000, min: 1 }),
  keepIfAnyLoses: flag({ help: 'keep datasets that hurt the mean but help any single evaluation set' }),
  leastHarm: decimal('DIFFERENCE', {
    help: 'a dataset that may do this much harm is undecided, not harmless',
    default: 0.01,
    min: 0,
    max: 1,
  }),
  noControls: flag({ help: 'skip the control trainings, which leave out as many rows at random' }),
  ...question,
}

const LAST = {
  seeds: integer('N', { help: 'trainings per arm', default: SEEDS, min: LEAST_SEEDS, max: 1000 }),
  onBadRow: ROW_OPTIONS.onBadRow,
  report: text('DIR', { help: 'folder for the manifest (default: next to --out)', rare: true }),
}

/** By engine. */
export const PRUNE_OPTIONS = {
  winnow: { engine, ...OWN, ...training, ...LAST },
  torch: { ...OWN, ...torchTraining, ...LAST },
}

/** Options of `prune` from a program; the names are those of the flags, in camel case. */
export type PruneInput =
  | OptionInput<(typeof PRUNE_OPTIONS)['winnow']>
  | (OptionInput<(typeof PRUNE_OPTIONS)['torch']> & ByRecipe)

/** The options that both engines have, and the corpus that only one of them reads. */
export type PruneValues = ExperimentValues & OptionValues<typeof OWN & typeof LAST> & { corpus?: string | undefined }

// The options of prune, declared once: its own, and those of every experiment.
import { choice, decimal, flag, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ARM_OPTIONS, LEAST_SEEDS, QUESTION_OPTIONS } from '../../laboratory/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

const { eval: collections, ...question } = QUESTION_OPTIONS
const { onBadRow: _onBadRow, ...training } = ARM_OPTIONS

/**
 * Half of the queries must choose among many datasets: with five seeds, 5 of 18 datasets that cost 1.6 points
 * were missed (bench/prune-errors.ts).
 */
const SEEDS = 10

export const PRUNE_OPTIONS = {
  out: text('ROWS', { help: 'where the kept rows go (.gz compresses, - is standard output); without it only a table' }),
  eval: collections,
  by: choice(['file', 'field'], {
    help: 'what a dataset is: a file, or the rows with the same `dataset` or `subset` (default: file, of one file field)',
    default: undefined,
  }),
  sample: integer('N', { help: 'rows of a dataset that are trained on at most', default: 50_000, min: 1 }),
  keepIfAnyLoses: flag({ help: 'keep what harms the mean but is needed by any one evaluation set' }),
  leastHarm: decimal('DIFFERENCE', {
    help: 'a dataset that may do so much harm is not called harmless but undecided',
    default: 0.01,
    min: 0,
    max: 1,
  }),
  noControls: flag({ help: 'without the trainings that leave as many rows out at random' }),
  ...question,
  ...training,
  seeds: integer('N', { help: 'trainings of each arm', default: SEEDS, min: LEAST_SEEDS, max: 1000 }),
  onBadRow: ROW_OPTIONS.onBadRow,
  report: text('DIR', { help: 'folder for the manifest (default: beside --out)', rare: true }),
}

export type PruneInput = OptionInput<typeof PRUNE_OPTIONS>
export type PruneValues = OptionValues<typeof PRUNE_OPTIONS>

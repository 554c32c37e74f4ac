// The options of prune, declared once: its own, and those of every experiment.
import { choice, decimal, flag, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ARM_OPTIONS, LEAST_SEEDS, QUESTION_OPTIONS } from '../../laboratory/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'
import type { Settled } from '../../train/options.ts'

const { eval: collections, ...question } = QUESTION_OPTIONS
const { onBadRow: _onBadRow, ...training } = ARM_OPTIONS

/**
 * Half of the queries must choose among many datasets: with five seeds, 5 of 18 datasets that cost 1.6 points
 * were missed (bench/prune-errors.ts).
 */
const SEEDS = 10

export const PRUNE_OPTIONS = {
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
  ...training,
  seeds: integer('N', { help: 'trainings per arm', default: SEEDS, min: LEAST_SEEDS, max: 1000 }),
  onBadRow: ROW_OPTIONS.onBadRow,
  report: text('DIR', { help: 'folder for the manifest (default: next to --out)', rare: true }),
}

export type PruneInput = OptionInput<typeof PRUNE_OPTIONS>
export type PruneValues = Settled<OptionValues<typeof PRUNE_OPTIONS>>

// The options of convert.
import { choice, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

const POSITIVES = ['all', 'unroll', 'best'] as const

export const CONVERT_OPTIONS = {
  out: text('ROWS', {
    help: 'output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet files, - standard output)',
  }),
  to: ROW_OPTIONS.to,
  positives: choice(POSITIVES, {
    help: 'rows with several positives: keep all, write one row for each, or keep the best (by score, else the first)',
    default: 'all',
  }),
  negatives: integer('N', {
    help: 'keep the first N negatives of a row (default: all; st-n-tuple: as many as every row has)',
    default: undefined,
    min: 1,
  }),
  documents: text('CORPUS', {
    help: 'documents behind the ids of rows (default: the corpus beside the rows, or the one that they name)',
  }),
  format: ROW_OPTIONS.format,
  onBadRow: ROW_OPTIONS.onBadRow,
}

export type ConvertInput = OptionInput<typeof CONVERT_OPTIONS>
export type ConvertValues = OptionValues<typeof CONVERT_OPTIONS>

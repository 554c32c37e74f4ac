// The options of lint.
import { LINT_TRAINERS, LOSSES, targetOf } from '../../lint/targets.ts'
import { flag, integer, text, texts, type OptionInput, type OptionSpec } from '../../options/options.ts'

const FOR: OptionSpec<string[]> = {
  ...texts('TRAINER[:LOSS]', {
    help: `trainer that will read the rows, and its loss or task (default: its first): ${LINT_TRAINERS.map((trainer) => `${trainer} (${LOSSES[trainer].join(', ')})`).join('; ')}; may be given several times`,
  }),
  read: (raw) => {
    const names = (Array.isArray(raw) ? raw : [raw]).map(String)
    for (const name of names) targetOf(name)
    return names
  },
}

export const LINT_OPTIONS = {
  for: FOR,
  fix: flag({ help: 'write the rows without the faults that can be mended safely to --out; the input stays as it is' }),
  out: text('ROWS', {
    help: 'output file of --fix (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet files, - standard output)',
  }),
  negatives: integer('N', {
    help: 'negatives that training takes for each query, one fewer than train_group_size (default: that of the trainer: flagembedding and tevatron 7, automodel 4); with --fix, every row gets this number: its first ones, repeated if it has fewer',
    default: undefined,
    min: 1,
  }),
  strict: flag({ help: 'exit with 1 for warnings, too' }),
}

export type LintInput = OptionInput<typeof LINT_OPTIONS>

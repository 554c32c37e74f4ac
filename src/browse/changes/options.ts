// The options of changes: which ones, and how many.
import { choices, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { KINDS } from './lists.ts'

export const CHANGES_OPTIONS = {
  only: choices(KINDS, {
    help: `what to show, some of ${KINDS.join(', ')}`,
    default: ['relabelled', 'removed', 'added', 'dropped'],
  }),
  limit: integer('N', { help: 'show the first N', default: 20, min: 1, max: 10_000 }),
  sample: integer('N', {
    help: 'show N drawn at random, always the same for a --seed',
    default: undefined,
    min: 1,
    max: 10_000,
  }),
  seed: integer('N', { help: 'seed of --sample', default: 0, min: 0 }),
  row: text('ID', { help: 'only of this row' }),
  dataset: text('NAME', { help: 'only of this dataset' }),
  verdict: text('VERDICT', { help: 'only with this verdict, such as better' }),
  stage: text('STAGE', { help: 'only by this stage, such as judge or duplicate' }),
  text: text('WORDS', { help: 'only where the query, the passage or the reason holds these words' }),
  report: text('DIR', { help: "folder of the output's manifest and lists (default: next to the output)", rare: true }),
}

export type ChangesOptions = OptionInput<typeof CHANGES_OPTIONS>
export type ChangesValues = OptionValues<typeof CHANGES_OPTIONS>

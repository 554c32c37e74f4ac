// The options of diagnose, declared once.
import { HTML_OPTION } from '../../options/html-option.ts'
import { decimal, integer, SCORER, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const DIAGNOSE_OPTIONS = {
  model: text(SCORER, {
    help: 'encoder to diagnose: the folder of one trained on these rows, hf:PATH, MODEL@BASE_URL (default: texts only)',
  }),
  html: HTML_OPTION,
  sample: integer('N', {
    help: 'maximum rows, sampled from those with mined and generated negatives',
    default: 10_000,
    min: 2,
  }),
  temperature: decimal('N', {
    help: 'temperature of the softmax (default: that of the training of --model if recorded, otherwise 0.05 as in the paper)',
    min: 0.0001,
  }),
  seed: integer('N', { help: 'random seed', default: 1, min: 0, max: 2 ** 31 }),
  permutations: integer('N', {
    help: 'permutations of the sources within rows, to estimate chance',
    default: 999,
    min: 19,
    max: 1_000_000,
    rare: true,
  }),
  format: ROW_OPTIONS.format,
}

/** What `diagnose` accepts from a program; the names are those of the flags, in camel case. */
export type DiagnoseInput = OptionInput<typeof DIAGNOSE_OPTIONS>
export type DiagnoseValues = OptionValues<typeof DIAGNOSE_OPTIONS>

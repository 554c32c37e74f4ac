// The options of diagnose, declared once.
import { decimal, integer, SCORER, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const DIAGNOSE_OPTIONS = {
  model: text(SCORER, {
    help: 'encoder whose use of the source is diagnosed: the folder of one that was trained on the rows, hf:PATH, MODEL@BASE_URL (default: texts only)',
  }),
  html: text('FILE', { help: 'write a page with plots' }),
  sample: integer('N', {
    help: 'rows at most, drawn by seed from those with negatives of both sources',
    default: 10_000,
    min: 2,
  }),
  temperature: decimal('N', {
    help: 'similarities are divided by it in the softmax (default: that of the training of --model, where it says so; else 0.05, as in the paper)',
    min: 0.0001,
  }),
  seed: integer('N', { help: 'of all that is drawn', default: 1, min: 0, max: 2 ** 31 }),
  permutations: integer('N', {
    help: 'how often sources are permuted within rows, for what chance alone would give',
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

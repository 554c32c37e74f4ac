// The options of compare, declared once: its own, and those of every experiment.
import { flag, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ARM_OPTIONS, QUESTION_OPTIONS } from '../../laboratory/options.ts'

const { html, work, ...question } = QUESTION_OPTIONS

export const COMPARE_OPTIONS = {
  ...question,
  noControls: flag({ help: 'without the arms that change as many passages, or drop as many rows, at random' }),
  html,
  work,
  policies: text('LIST', {
    help: 'of one file that was cleaned: arms decided anew by presets or options of apply, as in rlhn-text,safe',
  }),
  ledger: text('FILE', { help: 'the evidence of --policies: the ledger of the run' }),
  evidence: text('FILE', { help: 'the evidence of --policies: a file that --write-evidence wrote', rare: true }),
  run: text('ID', { help: 'the run whose evidence counts (default: the only one for this input)', rare: true }),
  ...ARM_OPTIONS,
}

export type CompareInput = OptionInput<typeof COMPARE_OPTIONS>
export type CompareValues = OptionValues<typeof COMPARE_OPTIONS>

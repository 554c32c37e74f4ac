// The options of compare, declared once: its own, and those of every experiment.
import { flag, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ARM_OPTIONS, QUESTION_OPTIONS } from '../../laboratory/options.ts'
import type { Settled } from '../../train/options.ts'

const { html, work, ...question } = QUESTION_OPTIONS

export const COMPARE_OPTIONS = {
  ...question,
  noControls: flag({ help: 'skip the control arms, which change as many passages or drop as many rows at random' }),
  html,
  work,
  policies: text('LIST', {
    help: 'arms from one cleaned file: presets or options of winnow apply, such as rlhn-text,safe',
  }),
  ledger: text('FILE', { help: 'evidence for --policies: the ledger of the run' }),
  evidence: text('FILE', { help: 'evidence for --policies: a file written by --write-evidence', rare: true }),
  run: text('ID', { help: 'run whose evidence to use (default: the only run on this input)', rare: true }),
  ...ARM_OPTIONS,
}

export type CompareInput = OptionInput<typeof COMPARE_OPTIONS>
export type CompareValues = Settled<OptionValues<typeof COMPARE_OPTIONS>>

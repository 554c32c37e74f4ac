// The options of compare, declared once: its own, those of every experiment, and those of each engine.
import { flag, LEDGER, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ARM_OPTIONS, QUESTION_OPTIONS, type ExperimentValues } from '../../laboratory/options.ts'
import { TORCH_ARM_OPTIONS } from '../../laboratory/torch/options.ts'
import { TRAIN_OPTIONS } from '../../train/options.ts'
import type { ByRecipe } from '../../train/torch/recipes.ts'

const { html, work, ...question } = QUESTION_OPTIONS
const { engine } = TRAIN_OPTIONS

const OWN = {
  ...question,
  noControls: flag({ help: 'skip the control arms, which change as many passages or drop as many rows at random' }),
  html,
  work,
  policies: text('LIST', {
    help: 'arms from one cleaned file: presets or options of winnow apply, such as rlhn-text,safe',
  }),
  ledger: text(LEDGER, { help: 'evidence for --policies: the ledger of the run' }),
  evidence: text('FILE', { help: 'evidence for --policies: a file written by --write-evidence', rare: true }),
  run: text('ID', { help: 'run whose evidence to use (default: the only run on this input)', rare: true }),
}

/** By engine. */
export const COMPARE_OPTIONS = {
  winnow: { engine, ...OWN, ...ARM_OPTIONS },
  torch: { ...OWN, ...TORCH_ARM_OPTIONS },
}

/** Options of `compare` from a program; the names are those of the flags, in camel case. */
export type CompareInput =
  | OptionInput<(typeof COMPARE_OPTIONS)['winnow']>
  | (OptionInput<(typeof COMPARE_OPTIONS)['torch']> & ByRecipe)

/** The options that both engines have. */
export type CompareValues = OptionValues<typeof OWN> & ExperimentValues

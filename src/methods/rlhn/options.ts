// The options of RLHN: what it asks, and what it does with the answers.
import { ACTIONS } from '../../policy/policy.ts'
import { RLHN_PRESETS, type RlhnPolicyOptions, type RlhnPreset } from './policy.ts'
import { choice, integer, integerOrOff, decimal, share, text, type OptionValues } from '../../options/options.ts'
import { chatModel, COMMON_GATHER_OPTIONS, COMMON_POLICY_OPTIONS, commonPolicyOf } from '../options.ts'
import { PROMPT_SET_OPTION } from '../../prompts/prompt-set.ts'
import { SENDING_OPTIONS } from '../../llm/sending.ts'

/** Options that decide what is asked: other values need other replies. */
export const RLHN_GATHER_OPTIONS = {
  screen: chatModel({ help: 'the cheap model that judges every row first', paper: 'RLHN §3' }),
  judge: chatModel({
    help: 'the strong model that judges the rows the screen flags; alone, it judges all',
    paper: 'RLHN §3',
  }),
  ...COMMON_GATHER_OPTIONS,
  ...SENDING_OPTIONS,
  prompts: text('DIR', { help: 'your own prompts: rlhn.screen.md, rlhn.judge.md', rare: true }),
  maxPassages: integer('N', { help: 'hard negatives shown in one call', default: 25, min: 1, paper: 'RLHN §3' }),
  beyond: choice(['keep', 'drop', 'judge'], {
    help: 'negatives beyond --max-passages: left as they are, taken out, or judged in further calls',
    default: 'keep',
  }),
  spotCheck: share('SHARE', {
    help: 'share of the rows cleared by the screen that the judge checks, as in 1%',
    default: 0,
  }),
  promptSet: PROMPT_SET_OPTION,
  shuffle: integerOrOff('SEED', {
    help: "show the negatives in an order drawn from this seed; off: in the row's (default: 1; off for replay: and the presets of the paper)",
    rare: true,
  }),
  seed: integer('SEED', { help: 'seed of the spot check', default: 1, rare: true }),
  maxTokens: integer('N', { help: 'limit of a reply, in tokens', default: 4096, min: 1, paper: 'RLHN §3', rare: true }),
  temperature: decimal('T', {
    help: 'sampling temperature',
    default: 0.1,
    min: 0,
    max: 2,
    paper: 'RLHN §3',
    rare: true,
  }),
}

/** Options that decide what is done with the answers; `winnow apply` can change them for free. */
export const RLHN_POLICY_OPTIONS = {
  preset: choice(Object.keys(RLHN_PRESETS) as RlhnPreset[], {
    help: 'actions at once: safe (relabel better, remove worse), rlhn-text (relabel, keep), rlhn-code (relabel, relabel)',
    default: 'safe',
    paper: 'RLHN §3',
  }),
  better: choice(ACTIONS, {
    help: 'action on negatives preferable to the positives (default: by preset)',
    default: undefined,
  }),
  worse: choice(ACTIONS, {
    help: 'action on negatives that are relevant but weaker (default: by preset)',
    default: undefined,
  }),
  maxFalseNegatives: integer('K', {
    help: 'drop a row with more false negatives as ambiguous (default: by preset, 7 or 8)',
    default: undefined,
    min: 0,
    paper: 'RLHN §3',
  }),
  ...COMMON_POLICY_OPTIONS,
}

export type RlhnGatherValues = OptionValues<typeof RLHN_GATHER_OPTIONS>
export type RlhnPolicyValues = OptionValues<typeof RLHN_POLICY_OPTIONS>

/** Returns the policy options: the preset, overridden by individual options. */
export function policyOptionsOf(values: RlhnPolicyValues, beyond: RlhnGatherValues['beyond']): RlhnPolicyOptions {
  const preset = RLHN_PRESETS[values.preset]
  return {
    better: values.better ?? preset.better,
    worse: values.worse ?? preset.worse,
    maxFalseNegatives: values.maxFalseNegatives ?? preset.maxFalseNegatives,
    beyond: beyond === 'drop' ? 'drop' : 'keep',
    ...commonPolicyOf(values),
  }
}

// The options of ARHN: what it asks, and what it does with the answers.
import { ANCHORS, ARHN_ACTIONS, ARHN_POLICY_DEFAULTS, type ArhnPolicyOptions } from './policy.ts'
import { choice, decimal, flag, integer, share, text, type OptionValues } from '../../options/options.ts'
import { chatModel, COMMON_GATHER_OPTIONS, COMMON_POLICY_OPTIONS, commonPolicyOf } from '../../method/options.ts'
import { CONFIRM_OPTION } from '../../policy/confirming.ts'
import { isMeasured, measuredActions, MEASURED_OPTIONS } from '../../policy/measured.ts'
import { CONSTRAINTS } from '../../llm/form.ts'
import { PROMPT_SET_OPTION } from '../../prompts/prompt-set.ts'
import { SENDING_OPTIONS } from '../../llm/sending.ts'

/** Options that decide what is asked: other values need other replies. */
export const ARHN_GATHER_OPTIONS = {
  judge: chatModel({ help: 'model that finds and ranks the answers', paper: 'ARHN' }),
  ...COMMON_GATHER_OPTIONS,
  ...SENDING_OPTIONS,
  prompts: text('DIR', { help: 'folder of your own prompts: arhn.extract.md, arhn.rank.md', rare: true }),
  promptSet: PROMPT_SET_OPTION,
  rank: choice(['answering', 'all'], {
    help: 'passages to rank: negatives with an answer, or all',
    default: ARHN_POLICY_DEFAULTS.rank,
  }),
  votes: integer('N', {
    help: 'ask N times at temperature 0.7 and take the majority; for small models',
    default: 1,
    min: 1,
    max: 99,
  }),
  permutations: integer('P', {
    help: 'rank in P orders; every second one reverses the one before',
    default: 1,
    min: 1,
    max: 99,
  }),
  confirm: CONFIRM_OPTION,
  passagesPerCall: integer('N', {
    help: 'passages per extraction call: more save calls, but cost accuracy',
    default: 1,
    min: 1,
    max: 100,
    paper: 'ARHN',
  }),
  constrain: choice(['off', ...CONSTRAINTS], {
    help: 'constrained decoding of rankings: json (most servers), regex (vLLM), grammar (llama.cpp); implies two orders',
    default: 'off',
  }),
  noThink: flag({ help: 'turn off thinking in models like Qwen3' }),
  seed: integer('SEED', { help: 'seed for the order of the candidates', default: 1, rare: true }),
  maxTokens: integer('N', { help: 'maximum length of a reply, in tokens', default: 2048, min: 1, rare: true }),
  temperature: decimal('T', {
    help: 'sampling temperature (default: 0; 0.7 with --votes)',
    default: undefined,
    min: 0,
    max: 2,
    rare: true,
  }),
}

/** Options that decide what is done with the answers; `winnow apply` can change them for free. */
export const ARHN_POLICY_OPTIONS = {
  action: choice(ARHN_ACTIONS, {
    help: 'relabel negatives ranked above the positive, filter out negatives with an answer, or both',
    default: ARHN_POLICY_DEFAULTS.action,
    paper: 'ARHN',
  }),
  anchor: choice(ANCHORS, {
    help: 'if a row has several positives, which one a negative must outrank: best ranked, worst ranked, or first in the row',
    default: ARHN_POLICY_DEFAULTS.anchor,
  }),
  agreement: share('SHARE', {
    help: 'share of --permutations in which a negative must outrank it',
    default: ARHN_POLICY_DEFAULTS.agreement,
    rare: true,
  }),
  ...MEASURED_OPTIONS,
  ...COMMON_POLICY_OPTIONS,
}

export type ArhnGatherValues = OptionValues<typeof ARHN_GATHER_OPTIONS>
export type ArhnPolicyValues = OptionValues<typeof ARHN_POLICY_OPTIONS>

/** The kinds of finds, each with the most that their precision may bear. */
export const ARHN_BEARING = { above: 'relabel', unconfirmed: 'remove', answers: 'remove' } as const

/** Returns the options given that fix an action, by name. */
export const fixingOptions = ({ action }: ArhnPolicyValues): string[] =>
  action === ARHN_POLICY_DEFAULTS.action ? [] : ['action']

/** Whether the policy may make a positive of what ranks above one. */
export const wantsConfirmed = (values: ArhnPolicyValues): boolean => isMeasured(values) || values.action !== 'filter'

/** Returns in how many further orders finds are confirmed: orders in which everything is ranked count. */
export const furtherOrders = ({ confirm = 0, permutations }: Pick<ArhnGatherValues, 'confirm' | 'permutations'>) =>
  Math.max(0, confirm - (permutations - 1))

/** @param surveyed what was found in the whole file */
export function arhnPolicyOptionsOf(
  values: ArhnPolicyValues & Pick<ArhnGatherValues, 'rank' | 'confirm' | 'permutations'>,
  surveyed: Readonly<Record<string, number | null>> = {},
): ArhnPolicyOptions {
  const { action, anchor, agreement, rank } = values
  return {
    action,
    ...(isMeasured(values) && { measured: measuredActions(ARHN_BEARING, values, surveyed) }),
    anchor,
    agreement,
    rank,
    confirm: furtherOrders(values),
    ranksDecide: surveyed['ranksDecide'] !== 0,
    beyond: 'keep',
    ...commonPolicyOf(values),
  }
}

// The options of ARHN: what it asks, and what it does with the answers.
import { ANCHORS, ARHN_ACTIONS, ARHN_POLICY_DEFAULTS, type ArhnPolicyOptions } from './policy.ts'
import { choice, decimal, flag, integer, share, text, type OptionValues } from '../../options/options.ts'
import { chatModel, COMMON_GATHER_OPTIONS, COMMON_POLICY_OPTIONS, commonPolicyOf } from '../options.ts'
import { CONSTRAINTS } from '../../llm/form.ts'
import { SENDING_OPTIONS } from '../../llm/sending.ts'

/** Options that decide what is asked: other values need other replies. */
export const ARHN_GATHER_OPTIONS = {
  judge: chatModel({ help: 'the model that finds and ranks the answers', paper: 'ARHN' }),
  ...COMMON_GATHER_OPTIONS,
  ...SENDING_OPTIONS,
  prompts: text('DIR', { help: 'your own prompts: arhn.extract.md, arhn.rank.md', rare: true }),
  rank: choice(['answering', 'all'], {
    help: 'what is ranked: negatives with an answer, or those without one, too',
    default: ARHN_POLICY_DEFAULTS.rank,
  }),
  votes: integer('N', {
    help: 'ask everything N times at temperature 0.7 and go by the majority: for small models',
    default: 1,
    min: 1,
    max: 99,
  }),
  permutations: integer('P', {
    help: 'rank in P orders, every second one the one before turned round',
    default: 1,
    min: 1,
    max: 99,
  }),
  passagesPerCall: integer('N', {
    help: 'passages in one extraction call: fewer calls, less care',
    default: 1,
    min: 1,
    max: 100,
    paper: 'ARHN',
  }),
  constrain: choice(['off', ...CONSTRAINTS], {
    help: 'have the server hold rankings to their form: json (most servers), regex (vLLM), grammar (llama.cpp); two orders at least',
    default: 'off',
  }),
  noThink: flag({ help: 'have Qwen3-like models answer without thinking first' }),
  seed: integer('SEED', { help: 'seed of the orders in which candidates are shown', default: 1, rare: true }),
  maxTokens: integer('N', { help: 'limit of a reply, in tokens', default: 2048, min: 1, rare: true }),
  temperature: decimal('T', {
    help: 'sampling temperature (default: 0, with --votes 0.7)',
    default: undefined,
    min: 0,
    max: 2,
    rare: true,
  }),
}

/** Options that decide what is done with the answers; `winnow apply` can change them for free. */
export const ARHN_POLICY_OPTIONS = {
  action: choice(ARHN_ACTIONS, {
    help: 'negatives above the positive become positives (relabel), those with an answer leave (filter), or both',
    default: ARHN_POLICY_DEFAULTS.action,
    paper: 'ARHN',
  }),
  anchor: choice(ANCHORS, {
    help: 'which of several positives a negative must stand above: the best ranked, the worst, the first of the row',
    default: ARHN_POLICY_DEFAULTS.anchor,
  }),
  agreement: share('SHARE', {
    help: 'share of the --permutations in which it must stand above',
    default: ARHN_POLICY_DEFAULTS.agreement,
    rare: true,
  }),
  ...COMMON_POLICY_OPTIONS,
}

export type ArhnGatherValues = OptionValues<typeof ARHN_GATHER_OPTIONS>
export type ArhnPolicyValues = OptionValues<typeof ARHN_POLICY_OPTIONS>

export function arhnPolicyOptionsOf(
  values: ArhnPolicyValues,
  rank: ArhnGatherValues['rank'],
  ranksDecide = true,
): ArhnPolicyOptions {
  const { action, anchor, agreement } = values
  return { action, anchor, agreement, rank, ranksDecide, beyond: 'keep', ...commonPolicyOf(values) }
}

// The options of percpos: what it scores, and what it does with the scores.
import { PERCPOS_POLICY_DEFAULTS, type PercposPolicyOptions } from './policy.ts'
import { ACTIONS } from '../../policy/policy.ts'
import { UsageError } from '../../base/errors.ts'
import { choice, flag, integer, SCORER, share, text, type OptionValues } from '../../options/options.ts'
import { BARS } from '../../mining/positive-bar.ts'
import { COMMON_GATHER_OPTIONS, COMMON_POLICY_OPTIONS, commonPolicyOf } from '../../method/options.ts'

/** Options that decide what is asked: other values need other scores. */
export const PERCPOS_GATHER_OPTIONS = {
  scorer: text(SCORER, {
    help: 'encoder or reranker that scores passages: hf:PATH, MODEL@BASE_URL, MODEL@URL/rerank; must not be the one that mined them',
  }),
  passagesPerCall: integer('N', { help: 'passages scored per call', default: 32, min: 1, max: 1000, rare: true }),
  ...COMMON_GATHER_OPTIONS,
}

/** The largest absolute share allowed: scores around zero lead to bars around zero. */
const MOST = 100

/** Options that decide what is done with the scores; `winnow apply` can change them for free. */
export const PERCPOS_POLICY_OPTIONS = {
  action: choice(ACTIONS, {
    help: 'action on suspected negatives',
    default: PERCPOS_POLICY_DEFAULTS.action,
  }),
  share: share<number | undefined>('SHARE', {
    help: "suspect negatives that score at least this share of the positive's score (default: 95%)",
    default: undefined,
    min: -MOST,
    max: MOST,
    paper: 'NV-Retriever',
  }),
  targetShare: share<number | undefined>('SHARE', {
    help: 'fit --share so that about this share of the negatives is suspected, such as 5%',
    default: undefined,
  }),
  bar: choice(BARS, {
    help: 'if a row has several positives, the score to compare with: lowest, mean, or highest',
    default: PERCPOS_POLICY_DEFAULTS.bar,
  }),
  force: flag({ help: 'continue even if more than 60% of the negatives are suspected' }),
  ...COMMON_POLICY_OPTIONS,
}

export type PercposGatherValues = OptionValues<typeof PERCPOS_GATHER_OPTIONS>
export type PercposPolicyValues = OptionValues<typeof PERCPOS_POLICY_OPTIONS>

/**
 * Returns the given share or the default; undefined if the share is to be fitted.
 * @throws UsageError when a share is given and one is to be fitted
 */
export function givenShare({ share: given, targetShare }: PercposPolicyValues): number | undefined {
  if (targetShare === undefined) return given ?? PERCPOS_POLICY_DEFAULTS.share
  if (given === undefined) return undefined
  throw new UsageError('--share and --target-share exclude each other: --target-share fits the share itself')
}

/** @param fitted the fitted share, if it is to be fitted; undefined before that */
export function percposPolicyOptionsOf(values: PercposPolicyValues, fitted: number | undefined): PercposPolicyOptions {
  const { action, bar } = values
  return { action, bar, share: givenShare(values) ?? fitted, beyond: 'keep', ...commonPolicyOf(values) }
}

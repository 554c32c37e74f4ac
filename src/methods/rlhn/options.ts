// The options of RLHN: what it asks, and what it does with the answers.
import { CONFIRM_OPTION } from '../../policy/confirming.ts'
import { isMeasured, measuredActions, MEASURED_OPTIONS } from '../../policy/measured.ts'
import { ACTIONS, type Action } from '../../policy/policy.ts'
import { RLHN_PRESETS, type RlhnPolicyOptions, type RlhnPreset } from './policy.ts'
import {
  choice,
  integer,
  integerOrOff,
  decimal,
  SCORER,
  share,
  text,
  type OptionValues,
} from '../../options/options.ts'
import { GATES } from '../../method/cascade.ts'
import { chatModel, COMMON_GATHER_OPTIONS, COMMON_POLICY_OPTIONS, commonPolicyOf } from '../../method/options.ts'
import { PROMPT_SET_OPTION } from '../../prompts/prompt-set.ts'
import { SENDING_OPTIONS } from '../../llm/sending.ts'

/** Options that decide what is asked: other values need other replies. */
export const RLHN_GATHER_OPTIONS = {
  screen: chatModel({ help: 'cheap model that judges every row first', paper: 'RLHN §3' }),
  judge: chatModel({
    help: 'strong model that judges the rows flagged by --screen, or all rows without --screen',
    paper: 'RLHN §3',
  }),
  ...COMMON_GATHER_OPTIONS,
  ...SENDING_OPTIONS,
  prompts: text('DIR', { help: 'folder of your own prompts: rlhn.screen.md, rlhn.judge.md', rare: true }),
  maxPassages: integer('N', { help: 'maximum hard negatives per call', default: 25, min: 1, paper: 'RLHN §3' }),
  beyond: choice(['keep', 'drop', 'judge'], {
    help: 'negatives beyond --max-passages: keep unchanged, drop, or judge in further calls',
    default: 'keep',
  }),
  spotCheck: share('SHARE', {
    help: 'share of the rows cleared by the screen that the judge rechecks, such as 1%',
    default: 0,
  }),
  recall: share<number | undefined>('SHARE', {
    help: 'judge only the rows that a gate picks; of the rows that the judge would flag, it sees at least this share, with 95% confidence',
    default: undefined,
    min: 0.5,
    max: 0.99,
  }),
  gate: choice(GATES, {
    help: "what picks the rows: a model fitted to the judge's own verdicts, the screen's, or the scores of --gate-model (default: learned)",
    default: undefined,
    rare: true,
  }),
  gateModel: text(SCORER, {
    help: 'encoder or reranker whose scores the gate uses: hf:PATH, MODEL@BASE_URL, MODEL@URL/rerank',
    rare: true,
  }),
  calibrate: integer('N', {
    help: 'rows judged first, to measure the gate (default: as many as are needed, at most half of the rows)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  confirm: CONFIRM_OPTION,
  promptSet: PROMPT_SET_OPTION,
  shuffle: integerOrOff('SEED', {
    help: 'shuffle the negatives with this seed, or off (default: 1; off for replay: models and the rlhn presets)',
    rare: true,
  }),
  seed: integer('SEED', {
    help: 'seed for the spot check, or for the rows that --recall judges first',
    default: 1,
    rare: true,
  }),
  maxTokens: integer('N', {
    help: 'maximum length of a reply, in tokens',
    default: 4096,
    min: 1,
    paper: 'RLHN §3',
    rare: true,
  }),
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
    help: 'sets --better and --worse: safe (relabel better, remove worse), rlhn-text (relabel, keep), rlhn-code (relabel, relabel)',
    default: 'safe',
    paper: 'RLHN §3',
  }),
  better: choice(ACTIONS, {
    help: 'action on negatives better than the positives (default: by preset)',
    default: undefined,
  }),
  worse: choice(ACTIONS, {
    help: 'action on negatives that are relevant but worse than the positives (default: by preset)',
    default: undefined,
  }),
  maxFalseNegatives: integer('K', {
    help: 'drop rows with more false negatives than this as ambiguous (default: by preset, 7 or 8)',
    default: undefined,
    min: 0,
    paper: 'RLHN §3',
  }),
  ...MEASURED_OPTIONS,
  ...COMMON_POLICY_OPTIONS,
}

export type RlhnGatherValues = OptionValues<typeof RLHN_GATHER_OPTIONS>
export type RlhnPolicyValues = OptionValues<typeof RLHN_POLICY_OPTIONS>
export type RlhnValues = RlhnGatherValues & RlhnPolicyValues

/** The kinds of finds, each with the most that their precision may bear. */
export const RLHN_BEARING = { better: 'relabel', unconfirmed: 'remove', worse: 'remove' } as const

/** Returns the options given that fix an action, by name. */
export const fixingOptions = ({ preset, better, worse }: RlhnPolicyValues): string[] => [
  ...(preset === 'safe' ? [] : ['preset']),
  ...(better === undefined ? [] : ['better']),
  ...(worse === undefined ? [] : ['worse']),
]

/** Whether the policy may make a positive of what is confirmed. The presets of the paper are exact, and confirm nothing. */
export const wantsConfirmed = (values: RlhnPolicyValues): boolean =>
  values.preset === 'safe' && (isMeasured(values) || actionsOf(values, {}).better === 'relabel')

/**
 * Returns the policy options: measured actions, or the preset, overridden by individual options.
 * @param surveyed what was measured
 */
export function policyOptionsOf(
  values: RlhnPolicyValues & Pick<RlhnGatherValues, 'beyond' | 'confirm'>,
  surveyed: Readonly<Record<string, number | null>> = {},
): RlhnPolicyOptions {
  return {
    ...actionsOf(values, surveyed),
    confirm: wantsConfirmed(values) ? (values.confirm ?? 0) : 0,
    maxFalseNegatives: values.maxFalseNegatives ?? RLHN_PRESETS[values.preset].maxFalseNegatives,
    beyond: values.beyond === 'drop' ? 'drop' : 'keep',
    ...commonPolicyOf(values),
  }
}

function actionsOf(
  values: RlhnPolicyValues,
  surveyed: Readonly<Record<string, number | null>>,
): Record<keyof typeof RLHN_BEARING, Action> {
  if (isMeasured(values)) return measuredActions(RLHN_BEARING, values, surveyed)
  const preset = RLHN_PRESETS[values.preset]
  const better = values.better ?? preset.better
  return { better, unconfirmed: better === 'relabel' ? 'remove' : better, worse: values.worse ?? preset.worse }
}

// The options of CausalNeg's writing: what it asks, and what it does with the answers.
import { ABSENT_TARGETS, CAUSALNEG_POLICY_DEFAULTS, VERIFY_MODES, type CausalnegPolicyOptions } from './policy.ts'
import { choice, choices, decimal, integer, text, type OptionValues } from '../../options/options.ts'
import { STRATEGIES } from '../../evidence/evidence.ts'
import { chatModel, COMMON_GATHER_OPTIONS } from '../../method/options.ts'
import { SENDING_OPTIONS } from '../../llm/sending.ts'
import { PROMPT_SET_OPTION } from '../../prompts/prompt-set.ts'

const { task, tasks, tasksFrom } = COMMON_GATHER_OPTIONS

/** Options that decide what is asked: other values need other replies. */
export const CAUSALNEG_GATHER_OPTIONS = {
  writer: chatModel({ help: 'model that analyses each row and writes the passages', paper: 'CausalNeg' }),
  verifier: chatModel({ help: 'model that checks every written passage; ideally not the writer' }),
  judge: chatModel({ help: 'requirements+judge: model that judges as in RLHN (default: the verifier)' }),
  perRow: integer('N', {
    help: 'maximum passages written per row',
    default: CAUSALNEG_POLICY_DEFAULTS.perRow,
    min: 1,
    max: 20,
    paper: 'CausalNeg',
  }),
  strategies: choices(STRATEGIES, {
    help: 'ways in which a passage may fall short, separated by commas',
    default: STRATEGIES,
    paper: 'CausalNeg',
  }),
  verify: choice(VERIFY_MODES, {
    help: "what a passage must pass: only the gates (none), a check of every requirement, or RLHN's judge as well",
    default: CAUSALNEG_POLICY_DEFAULTS.verify,
  }),
  onFailure: choice(['discard', 'rewrite'], {
    help: 'rejected passages: discard, or rewrite once with the reason for the rejection',
    default: 'discard',
  }),
  task,
  tasks,
  tasksFrom,
  ...SENDING_OPTIONS,
  prompts: text('DIR', {
    help: 'folder of your own prompts: causalneg.analyse.md, causalneg.write.md, causalneg.verify.md',
    rare: true,
  }),
  promptSet: PROMPT_SET_OPTION,
  references: integer('N', {
    help: 'mined negatives of the row shown as style references',
    default: 5,
    min: 0,
    max: 25,
    paper: 'CausalNeg',
    rare: true,
  }),
  constrain: choice(['off', 'json'], {
    help: 'constrained decoding of replies to their JSON schema: json (most servers)',
    default: 'off',
  }),
  seed: integer('SEED', { help: "seed for the order of a row's strategies", default: 1, rare: true }),
  temperature: decimal('T', {
    help: 'sampling temperature of writing; analysis and verification use 0',
    default: 0.7,
    min: 0,
    max: 2,
    rare: true,
  }),
  maxTokens: integer('N', { help: 'maximum length of a reply, in tokens', default: 4096, min: 1, rare: true }),
}

/** Options that decide what is done with the answers. `winnow apply` can change them for free; it can also lower --verify and --per-row. */
export const CAUSALNEG_POLICY_OPTIONS = {
  maxLost: integer('N', {
    help: 'critical requirements other than its target that a passage may fail',
    default: CAUSALNEG_POLICY_DEFAULTS.maxLost,
    min: 0,
  }),
  absentTarget: choice(ABSENT_TARGETS, {
    help: 'passages that omit their target requirement instead of violating it',
    default: CAUSALNEG_POLICY_DEFAULTS.absentTarget,
  }),
}

export type CausalnegGatherValues = OptionValues<typeof CAUSALNEG_GATHER_OPTIONS>
export type CausalnegPolicyValues = OptionValues<typeof CAUSALNEG_POLICY_OPTIONS>

export function causalnegPolicyOptionsOf(
  values: CausalnegPolicyValues & CausalnegGatherValues,
): CausalnegPolicyOptions {
  const { verify, perRow, maxLost, absentTarget } = values
  return { verify, perRow, maxLost, absentTarget }
}

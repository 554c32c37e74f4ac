// The options of CausalNeg's writing: what it asks, and what it does with the answers.
import { ABSENT_TARGETS, CAUSALNEG_POLICY_DEFAULTS, VERIFY_MODES, type CausalnegPolicyOptions } from './policy.ts'
import { choice, choices, decimal, integer, text, type OptionValues } from '../../options/options.ts'
import { STRATEGIES } from '../../evidence/evidence.ts'
import { chatModel, COMMON_GATHER_OPTIONS } from '../options.ts'
import { SENDING_OPTIONS } from '../../llm/sending.ts'

const { task, tasks } = COMMON_GATHER_OPTIONS

/** Options that decide what is asked: other values need other replies. */
export const CAUSALNEG_GATHER_OPTIONS = {
  writer: chatModel({ help: 'the model that analyses each row and writes the passages', paper: 'CausalNeg' }),
  verifier: chatModel({ help: 'the model that checks every passage written; best another than the writer' }),
  judge: chatModel({ help: 'requirements+judge: the model that judges as RLHN does (default: the verifier)' }),
  perRow: integer('N', {
    help: 'passages written for a row at most',
    default: CAUSALNEG_POLICY_DEFAULTS.perRow,
    min: 1,
    max: 20,
    paper: 'CausalNeg',
  }),
  strategies: choices(STRATEGIES, {
    help: 'ways in which passages may fail, separated by commas',
    default: STRATEGIES,
    paper: 'CausalNeg',
  }),
  verify: choice(VERIFY_MODES, {
    help: "what a passage must pass: the gates alone, every requirement checked, and RLHN's judge on top",
    default: CAUSALNEG_POLICY_DEFAULTS.verify,
  }),
  onFailure: choice(['discard', 'rewrite'], {
    help: 'a passage that is refused: discarded, or written once more with what was wrong',
    default: 'discard',
  }),
  task,
  tasks,
  ...SENDING_OPTIONS,
  prompts: text('DIR', {
    help: 'your own prompts: causalneg.analyse.md, causalneg.write.md, causalneg.verify.md',
    rare: true,
  }),
  references: integer('N', {
    help: 'mined negatives of the row shown as references of style',
    default: 5,
    min: 0,
    max: 25,
    paper: 'CausalNeg',
    rare: true,
  }),
  constrain: choice(['off', 'json'], {
    help: 'have the server hold replies to their JSON schema: json (most servers)',
    default: 'off',
  }),
  seed: integer('SEED', { help: 'seed of the order in which a row prefers strategies', default: 1, rare: true }),
  temperature: decimal('T', {
    help: 'sampling temperature of writing; analysis and verification are asked at 0',
    default: 0.7,
    min: 0,
    max: 2,
    rare: true,
  }),
  maxTokens: integer('N', { help: 'limit of a reply, in tokens', default: 4096, min: 1, rare: true }),
}

/** Options that decide what is done with the answers. `winnow apply` can change them for free; it can also lower --verify and --per-row. */
export const CAUSALNEG_POLICY_OPTIONS = {
  maxLost: integer('N', {
    help: 'critical requirements besides its target that a passage may lose',
    default: CAUSALNEG_POLICY_DEFAULTS.maxLost,
    min: 0,
  }),
  absentTarget: choice(ABSENT_TARGETS, {
    help: 'a passage that says nothing of its target requirement instead of breaking it',
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

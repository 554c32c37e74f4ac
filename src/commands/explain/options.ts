// The options of explain.
import { EVIDENCE_OPTION, FILE_OPTIONS, POLICY_OPTIONS } from '../../job/options.ts'
import type { MethodOptions } from '../../methods/index.ts'
import type { OwnPolicy } from '../../policy/policy.ts'
import { text, type OptionInput } from '../../options/options.ts'

const PLACE_OPTIONS = {
  run: text('ID', { help: 'run whose evidence to use (default: the only run on this input)' }),
  ledger: text('FILE', {
    help: "database of model replies (default: the output's, or .winnow/ledger.db next to ROWS)",
  }),
  evidence: EVIDENCE_OPTION,
  report: text('DIR', { help: "folder of an output's manifest (default: next to the output)", rare: true }),
  format: FILE_OPTIONS.format,
}

/** Every option of `explain`: where things are and, for an input, the policies of all methods. */
export const EXPLAIN_OPTIONS = { ...PLACE_OPTIONS, ...POLICY_OPTIONS }

/** The options of `explain` for a program: the names of the flags, in camel case. */
export type ExplainOptions = OptionInput<typeof PLACE_OPTIONS> &
  Partial<MethodOptions> & {
    /** Decides in place of the method's policy. For an output, this must be the policy that it was made with. */
    policy?: OwnPolicy | undefined
  }

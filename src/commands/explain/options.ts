// The options of explain.
import { EVIDENCE_OPTION, FILE_OPTIONS, POLICY_OPTIONS } from '../../job/options.ts'
import type { MethodOptions } from '../../methods/index.ts'
import type { OwnPolicy } from '../../policy/policy.ts'
import { text, type OptionInput } from '../../options/options.ts'

const PLACE_OPTIONS = {
  run: text('ID', { help: 'the run whose evidence counts (default: the only one for this input)' }),
  ledger: text('FILE', { help: 'store of replies (default: that of the output, or .winnow/ledger.db beside ROWS)' }),
  evidence: EVIDENCE_OPTION,
  report: text('DIR', { help: 'folder of the manifest of an output (default: beside it)', rare: true }),
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

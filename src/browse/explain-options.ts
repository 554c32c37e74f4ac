// The options of explain.
import { EVIDENCE_OPTION } from '../evidence/option.ts'
import { FILE_OPTIONS, POLICY_OPTIONS } from '../job/options.ts'
import type { MethodOptions } from '../methods/index.ts'
import type { PolicyInput } from '../job/program/program.ts'
import { LEDGER, text, type OptionInput } from '../options/options.ts'

const PLACE_OPTIONS = {
  run: text('ID', { help: 'run whose evidence to use (default: the only run on this input)' }),
  ledger: text(LEDGER, {
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
  Omit<MethodOptions, 'policy'> & {
    /** Decides in place of the method's policy, or is the option of that name. For an output, it must be what the output was made with. */
    policy?: PolicyInput | undefined
  }

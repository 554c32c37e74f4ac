// What a program may supply to a run although no recipe can express it: a method, a policy, models.
import { UsageError } from '../../base/errors.ts'
import { isChatModel } from '../../llm/chat.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import { METHODS } from '../../methods/index.ts'
import type { MeasuredValues } from '../../policy/measured.ts'
import type { Decision, OwnPolicy, Policy } from '../../policy/policy.ts'
import { flagOf } from '../../options/options.ts'
import { faultOf } from './decision-fault.ts'

/** Names of the supplied parts; empty if the run can be repeated from its recipe. */
export interface Program {
  method?: string
  policy?: string
  /** The options that were given a model. */
  models?: string[]
}

/** The parts of a run that a program may have supplied. */
interface Brought {
  definition: MethodDefinition
  policy?: OwnPolicy | undefined
  options: Record<string, unknown>
}

/** @throws UsageError if a method has the name of another */
export function programOf({ definition, policy, options }: Brought): Program {
  const { name } = definition
  const isOwn = !METHODS.includes(definition)
  if (isOwn && METHODS.some((method) => method.name === name)) {
    throw new UsageError(`the method ${name}: the name is taken by a built-in method; choose another`)
  }
  const models = Object.keys(options).filter((option) => isChatModel(options[option]))
  return {
    ...(isOwn && { method: name }),
    ...(policy && { policy: policy.name }),
    ...(models.length > 0 && { models }),
  }
}

/** What a program may give as `policy`: a policy of its own, or the value of the option of that name. */
export type PolicyInput = OwnPolicy | MeasuredValues['policy']

/** Returns a policy of a program's own, or the option. */
export function policyIn(given: PolicyInput | undefined): {
  own: OwnPolicy | undefined
  option: { policy?: MeasuredValues['policy'] }
} {
  if (typeof given === 'string') return { own: undefined, option: { policy: given } }
  return { own: given, option: {} }
}

/** An option that applies whichever policy decides. */
const STAYS = 'known'

/**
 * Checks that no option of the replaced policy is given together with a policy of one's own.
 * @param replaced the options of the method's policy
 * @throws UsageError naming those that are given
 */
export function assertReplaced(
  policy: OwnPolicy | undefined,
  replaced: readonly string[],
  given: Record<string, unknown>,
): void {
  if (policy === undefined) return
  const idle = replaced.filter((name) => name !== STAYS && given[name] !== undefined)
  if (idle.length === 0) return
  throw new UsageError(`${idle.map(flagOf).join(', ')}: no effect with the custom policy "${policy.name}"`)
}

/** Returns the policy with a check that names it in the error if its decision is incomplete, or changes a row without saying so. */
export function checkedPolicy({ name, decide }: OwnPolicy): Policy {
  return (row, evidence) => {
    // A policy could change the row itself.
    const before = { ...row, passages: row.passages.map((passage) => ({ ...passage })) }
    const decision: Partial<Decision> | undefined = decide(row, evidence)
    const fault = faultOf(before, decision)
    if (fault === undefined) return decision as Decision
    throw new UsageError(`the policy "${name}" returned no valid decision for row ${before.id}: ${fault}`)
  }
}

// The methods there are. A new one is a folder beside this file and a line here.
import { UsageError } from '../errors.ts'
import type { OptionInput } from '../options/options.ts'
import type { MethodDefinition } from './definition.ts'
import { arhnDefinition } from './arhn/definition.ts'
import type { ARHN_GATHER_OPTIONS, ARHN_POLICY_OPTIONS } from './arhn/options.ts'
import type { RLHN_GATHER_OPTIONS, RLHN_POLICY_OPTIONS } from './rlhn/options.ts'
import { rlhnDefinition } from './rlhn/definition.ts'

export const METHODS: readonly MethodDefinition[] = [rlhnDefinition, arhnDefinition]

/** The options of every method, as a program gives them. */
export type MethodOptions = OptionInput<typeof RLHN_GATHER_OPTIONS> &
  OptionInput<typeof RLHN_POLICY_OPTIONS> &
  OptionInput<typeof ARHN_GATHER_OPTIONS> &
  OptionInput<typeof ARHN_POLICY_OPTIONS>

/** @throws UsageError naming the methods there are. */
export function methodNamed(name: string): MethodDefinition {
  const method = METHODS.find((candidate) => candidate.name === name)
  if (method) return method
  throw new UsageError(`unknown method "${name}"; known: ${METHODS.map((known) => known.name).join(', ')}`)
}

// The methods there are. A new one is a folder beside this file and a line here.
import { UsageError } from '../errors.ts'
import type { MethodDefinition } from './definition.ts'
import { rlhnDefinition } from './rlhn/definition.ts'

export const METHODS: readonly MethodDefinition[] = [rlhnDefinition]

/** @throws UsageError naming the methods there are. */
export function methodNamed(name: string): MethodDefinition {
  const method = METHODS.find((candidate) => candidate.name === name)
  if (method) return method
  throw new UsageError(`unknown method "${name}"; known: ${METHODS.map((known) => known.name).join(', ')}`)
}

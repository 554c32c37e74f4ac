// The methods there are. A new one is a folder beside this file and a line here.
import { UsageError } from '../base/errors.ts'
import type { OptionSchema, OptionValues } from '../options/options.ts'
import type { MethodDefinition } from './definition.ts'
import type { Field, ShareField } from './brought.ts'
import { arhnDefinition } from './arhn/definition.ts'
import type { ArhnShares } from './arhn/pilot.ts'
import type { CausalnegExplained } from './causalneg/explained.ts'
import type { CausalnegSections } from './causalneg/growth.ts'
import type { CausalnegShares } from './causalneg/pilot.ts'
import type { RlhnSections } from './rlhn/spot-check.ts'
import type { ARHN_GATHER_OPTIONS, ARHN_POLICY_OPTIONS } from './arhn/options.ts'
import { causalnegDefinition } from './causalneg/definition.ts'
import type { CAUSALNEG_GATHER_OPTIONS, CAUSALNEG_POLICY_OPTIONS } from './causalneg/options.ts'
import { percposDefinition } from './percpos/definition.ts'
import type { PERCPOS_GATHER_OPTIONS, PERCPOS_POLICY_OPTIONS } from './percpos/options.ts'
import type { RLHN_GATHER_OPTIONS, RLHN_POLICY_OPTIONS } from './rlhn/options.ts'
import { rlhnDefinition } from './rlhn/definition.ts'

/** Those that clean: they find false negatives among a row's own. */
export const CLEANING_METHODS: readonly MethodDefinition[] = [rlhnDefinition, arhnDefinition, percposDefinition]

export const METHODS: readonly MethodDefinition[] = [...CLEANING_METHODS, causalnegDefinition]

type Schemas =
  | typeof RLHN_GATHER_OPTIONS
  | typeof RLHN_POLICY_OPTIONS
  | typeof ARHN_GATHER_OPTIONS
  | typeof ARHN_POLICY_OPTIONS
  | typeof PERCPOS_GATHER_OPTIONS
  | typeof PERCPOS_POLICY_OPTIONS
  | typeof CAUSALNEG_GATHER_OPTIONS
  | typeof CAUSALNEG_POLICY_OPTIONS
type NamesIn<S> = S extends S ? keyof S : never
type ValueIn<S, Name> = S extends OptionSchema ? (Name extends keyof S ? OptionValues<S>[Name] : never) : never

/** The options of every method, as a program gives them. What several methods have may take the values of any of them. */
export type MethodOptions = { [Name in NamesIn<Schemas>]?: ValueIn<Schemas, Name> | undefined }

/** The fields of a manifest, of a pilot's report and of an explanation that methods bring. */
export interface MethodSections extends RlhnSections, CausalnegSections {}
export interface MethodShares extends ArhnShares, CausalnegShares {}
export interface MethodExplained extends CausalnegExplained {}

export const SECTIONS: readonly Field[] = METHODS.flatMap(({ sections = [] }) => sections)
export const SHARES: readonly ShareField[] = METHODS.flatMap(({ shares = [] }) => shares)
export const EXPLAINED: readonly Field[] = METHODS.flatMap(({ explainer }) => explainer?.fields ?? [])
/** Names of the lists beside the rows that methods bring. */
export const LISTS: readonly string[] = METHODS.flatMap(({ lists = [] }) => lists.map(({ name }) => name))

/** @throws UsageError naming the methods there are. */
export function methodNamed(name: string, among: readonly MethodDefinition[] = METHODS): MethodDefinition {
  const method = among.find((candidate) => candidate.name === name)
  if (method) return method
  throw new UsageError(`unknown method "${name}"; known: ${among.map((known) => known.name).join(', ')}`)
}

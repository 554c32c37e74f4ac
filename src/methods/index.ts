// The list of methods. A new one is a folder beside this file and a line here.
import { UsageError } from '../base/errors.ts'
import type { OptionSchema, OptionValues } from '../options/options.ts'
import type { MethodDefinition } from '../method/definition.ts'
import type { Field, ShareField } from '../method/brought.ts'
import { arhnDefinition } from './arhn/definition.ts'
import type { ArhnShares } from './arhn/pilot.ts'
import type { ArhnSections } from './arhn/tally.ts'
import type { CausalnegExplained } from './causalneg/explained.ts'
import type { CausalnegSections } from './causalneg/growth.ts'
import type { CausalnegShares } from './causalneg/pilot.ts'
import type { RlhnSections } from './rlhn/tally.ts'
import type { ARHN_GATHER_OPTIONS, ARHN_POLICY_OPTIONS } from './arhn/options.ts'
import { causalnegDefinition } from './causalneg/definition.ts'
import type { CAUSALNEG_GATHER_OPTIONS, CAUSALNEG_POLICY_OPTIONS } from './causalneg/options.ts'
import { percposDefinition } from './percpos/definition.ts'
import type { PERCPOS_GATHER_OPTIONS, PERCPOS_POLICY_OPTIONS } from './percpos/options.ts'
import type { RLHN_GATHER_OPTIONS, RLHN_POLICY_OPTIONS } from './rlhn/options.ts'
import { rlhnDefinition } from './rlhn/definition.ts'

/** Methods that clean: they find false negatives among a row's own negatives. */
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

/** The options of all methods, as a program passes them. An option that several methods share may take the values of any of them. */
export type MethodOptions = { [Name in NamesIn<Schemas>]?: ValueIn<Schemas, Name> | undefined }

/** The fields that methods add to a manifest, a pilot's report and an explanation. */
export interface MethodSections extends RlhnSections, ArhnSections, CausalnegSections {}
export interface MethodShares extends ArhnShares, CausalnegShares {}
export interface MethodExplained extends CausalnegExplained {}

export const SECTIONS: readonly Field[] = METHODS.flatMap(({ sections = [] }) => sections)
export const SHARES: readonly ShareField[] = METHODS.flatMap(({ shares = [] }) => shares)
export const EXPLAINED: readonly Field[] = METHODS.flatMap(({ explainer }) => explainer?.fields ?? [])
/** Names of the lists that methods write beside the rows. */
export const LISTS: readonly string[] = METHODS.flatMap(({ lists = [] }) => lists.map(({ name }) => name))

/** @throws UsageError that names the existing methods */
export function methodNamed(name: string, among: readonly MethodDefinition[] = METHODS): MethodDefinition {
  const method = among.find((candidate) => candidate.name === name)
  if (method) return method
  throw new UsageError(`unknown method "${name}"; known: ${among.map((known) => known.name).join(', ')}`)
}

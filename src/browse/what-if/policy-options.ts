// The options of a run's policy, as controls for the page; and what is given for them, read back.
import { UsageError } from '../../base/errors.ts'
import { POLICY_OPTIONS } from '../../job/options.ts'
import { assertRefill } from '../../job/stages/refill.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import { flagOf, readOptions, type OptionSchema, type OptionSpec } from '../../options/options.ts'
import type { PolicyOption, WhatIf } from '../api.ts'
import type { OpenedRun } from '../opened-run.ts'

/** Values by the names of options. An empty text stands for "not given". */
export type GivenOptions = WhatIf['options']

/** Options that name files or models: the page opens no path, and refilling is not tried. */
const LEFT_OUT = new Set(['known', 'gold', 'corpus', 'refillRetriever', 'refillNegatives', 'refillShare'])

/** Returns the options that can be tried with the evidence of a run. */
function schemaOf({ policyOptions, redecided, gatherOptions }: MethodDefinition): OptionSchema {
  const again = redecided.map((name) => [name, gatherOptions[name] as OptionSpec] as const)
  const all = [...Object.entries(policyOptions), ...again]
  return Object.fromEntries(all.filter(([name]) => !LEFT_OUT.has(name)))
}

/** Returns the policy options that were given for the file; those of the run's defaults are not among them. */
export function decidedBy({ made }: Pick<OpenedRun, 'made'>): Record<string, unknown> {
  const given = Object.entries(made?.options ?? {}).filter(([name]) => name in POLICY_OPTIONS)
  return Object.fromEntries(given)
}

/** Describes the options and the values that the file was decided by. */
export function policyOptionsOf({ deciding: { definition, options } }: Pick<OpenedRun, 'deciding'>): PolicyOption[] {
  const schema = schemaOf(definition)
  const shown = Object.entries(schema).toSorted(([, one], [, other]) => Number(one.isRare) - Number(other.isRare))
  return shown.map(([name, spec]) => ({
    name,
    flag: flagOf(name),
    help: spec.help,
    choices: choicesOf(spec),
    kind: kindOf(spec),
    default: plain(spec.default),
    value: plain(options[name]),
  }))
}

function choicesOf({ kinds }: OptionSpec): string[] | null {
  const literals = kinds.flatMap((kind) => (typeof kind === 'object' ? [kind.literal] : []))
  return literals.length > 0 && literals.length === kinds.length ? literals : null
}

function kindOf(spec: OptionSpec): PolicyOption['kind'] {
  if (choicesOf(spec) !== null) return 'choice'
  const [kind] = spec.kinds
  if (kind === 'boolean') return 'flag'
  return kind === 'integer' || kind === 'number' || kind === 'share' ? 'number' : 'text'
}

function plain(value: unknown): PolicyOption['value'] {
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/**
 * Returns the options to decide by: those that the file was decided by, with the given ones in their place.
 * @param before the options that the file was decided by
 * @throws UsageError naming options that do not exist or values that are not allowed
 */
export function withGiven(
  definition: MethodDefinition,
  before: Record<string, unknown>,
  given: GivenOptions,
): Record<string, unknown> {
  const schema = schemaOf(definition)
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(schema, name))
  if (unknown.length > 0) {
    const allowed = Object.keys(schema).join(', ')
    throw new UsageError(`no options of the policy of ${definition.name}: ${unknown.join(', ')}; allowed: ${allowed}`)
  }
  const set = Object.entries(given).filter(([, value]) => value !== '')
  const values = Object.fromEntries(set.map(([name, value]) => [name, listed(schema[name] as OptionSpec, value)]))
  readOptions(schema, values)
  const left = Object.entries(before).filter(([name]) => !Object.hasOwn(given, name))
  const options: Record<string, unknown> = { ...Object.fromEntries(left), ...values }
  for (const { option, value, needed } of NEEDED)
    if (options[option] !== value) for (const name of needed) delete options[name]
  assertRefill(options)
  return options
}

/** Options that are refused where another has not this value. */
const NEEDED = [
  {
    option: 'whenNoNegativesLeft',
    value: 'refill',
    needed: ['corpus', 'refillRetriever', 'refillNegatives', 'refillShare'],
  },
  { option: 'policy', value: 'measured', needed: ['gold', 'precision', 'relevanceLevel'] },
]

/** Reads the values of a list, which the page gives as one text with commas. */
const listed = ({ isList }: OptionSpec, value: GivenOptions[string]) =>
  isList && typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value

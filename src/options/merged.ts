// Several schemas as one, for commands whose options depend on a method or an engine.
import type { OptionSchema, OptionSpec, ValueKind } from './options.ts'

/**
 * Merges several schemas, by name, into one for help. An option of only some schemas names its owners. An option that they declare
 * differently lists what it means for each, and accepts what any of them allows. Values must still be read with the schema of the chosen
 * one.
 */
export function mergedSchemas(schemas: Record<string, OptionSchema>): OptionSchema {
  const names = Object.keys(schemas)
  const keys = [...new Set(Object.values(schemas).flatMap((schema) => Object.keys(schema)))]
  return Object.fromEntries(
    keys.map((key) => {
      const owners = names.filter((name) => schemas[name]?.[key] !== undefined)
      const specs = owners.map((name) => schemas[name]?.[key] as OptionSpec)
      return [key, mergedSpec(owners, specs, owners.length < names.length)]
    }),
  )
}

function mergedSpec(owners: string[], specs: OptionSpec[], isOwned: boolean): OptionSpec {
  const [first] = specs as [OptionSpec]
  if (specs.every((spec) => spec === first)) {
    return isOwned ? { ...first, owners, help: `${owners.join(', ')}: ${first.help}` } : first
  }
  const isSame = (key: 'help' | 'default' | 'paper' | 'allowed') => specs.every((spec) => spec[key] === first[key])
  const each = (say: (spec: OptionSpec) => string) => specs.map((spec, index) => `${owners[index]}: ${say(spec)}`)
  const defaults = specs.map((spec, index) => `${String(spec.default ?? 'none')} for ${owners[index]}`).join(', ')
  const withDefault = (spec: OptionSpec) =>
    isSame('default') || spec.default === undefined ? spec.help : `${spec.help} (default: ${String(spec.default)})`
  const shared = isSame('default') ? first.help : `${first.help} (default: ${defaults})`
  return {
    ...first,
    byOwner: Object.fromEntries(owners.map((owner, index) => [owner, specs[index] as OptionSpec])),
    value: valueOf(specs),
    kinds: kindsOf(specs),
    read: (raw) => readByAny(specs, raw),
    help: isSame('help') ? shared : each(withDefault).join('; '),
    default: isSame('default') ? first.default : undefined,
    paper: isSame('paper') ? first.paper : undefined,
    allowed: isSame('allowed') ? first.allowed : undefined,
    isRare: specs.every(({ isRare }) => isRare),
    ...(isOwned && { owners }),
  }
}

/** Returns the declaration of one owner; the merged one if there is no such owner, or all declare it alike. */
export function specOf(spec: OptionSpec, owner: string | undefined): OptionSpec {
  const own = owner === undefined ? undefined : spec.byOwner?.[owner]
  return own === undefined ? spec : { ...own, ...(spec.owners && { owners: spec.owners }) }
}

/** Returns the name of the value; for choices, everything that any of them allows. */
function valueOf(specs: OptionSpec[]): string | undefined {
  const values = specs.flatMap(({ value }) => value?.split('|') ?? [])
  return values.length === 0 ? undefined : [...new Set(values)].join('|')
}

/** Returns the kinds that any of them accepts, each once. */
function kindsOf(specs: OptionSpec[]): ValueKind[] {
  const kinds = specs.flatMap((spec) => spec.kinds)
  return [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()]
}

/** Reads the value with the first option that can. @throws Error with what each of them allows */
function readByAny(specs: OptionSpec[], raw: unknown): unknown {
  const faults: string[] = []
  for (const { read } of specs) {
    try {
      return read(raw)
    } catch (error) {
      faults.push((error as Error).message)
    }
  }
  throw new Error([...new Set(faults)].join('; or '))
}

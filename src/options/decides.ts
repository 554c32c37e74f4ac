// What options decide is declared with them. The keys of kept work follow from it, so no new option can be forgotten in them.
import type { Decides, OptionSpec, OptionValues } from './options.ts'

/** A schema in which every option declares what it decides. */
export type DecidesSchema = Record<string, OptionSpec & { decides: Decides }>

type WithDecides<S> = { [K in keyof S]: S[K] & { decides: Decides } }

/** Declares it for several options at once. @param schema typed loosely, so that the choices of an option keep their own type */
export function deciding<S extends Record<string, { help: string }>>(decides: Decides, schema: S): WithDecides<S> {
  return Object.fromEntries(
    Object.entries(schema).map(([name, spec]) => [name, { ...spec, decides }]),
  ) as WithDecides<S>
}

/** Returns the values that decide something, in the order of their declarations, for use in a key. */
export function decisive<S extends DecidesSchema>(schema: S, values: OptionValues<S>): Partial<OptionValues<S>> {
  const names = Object.keys(schema).filter((name) => schema[name]?.decides !== 'nothing')
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Partial<OptionValues<S>>
}

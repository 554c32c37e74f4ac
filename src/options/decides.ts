// What options decide, said where they are declared: the keys of kept work follow from it, and no new option can be forgotten in them.
import type { Decides, OptionSpec, OptionValues } from './options.ts'

/** A schema whose every option says what it decides. */
export type DecidesSchema = Record<string, OptionSpec & { decides: Decides }>

type WithDecides<S> = { [K in keyof S]: S[K] & { decides: Decides } }

/** Says it of several options at once. @param schema typed loosely, for the choices of an option to keep their own type */
export function deciding<S extends Record<string, { help: string }>>(decides: Decides, schema: S): WithDecides<S> {
  return Object.fromEntries(
    Object.entries(schema).map(([name, spec]) => [name, { ...spec, decides }]),
  ) as WithDecides<S>
}

/** The values that decide something, in the order of their declarations: what a key is made of. */
export function decisive<S extends DecidesSchema>(schema: S, values: OptionValues<S>): Partial<OptionValues<S>> {
  const names = Object.keys(schema).filter((name) => schema[name]?.decides !== 'nothing')
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Partial<OptionValues<S>>
}

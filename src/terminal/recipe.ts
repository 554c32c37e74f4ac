// Options from a recipe: a file, a manifest of an earlier run, or the name of a recipe that a command brings.
import { existsSync, readFileSync } from 'node:fs'
import { readFailure, UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import { camelCase } from '../base/strings.ts'
import { flagOf, type OptionSchema } from '../options/options.ts'
import type { CommandSpec } from './command.ts'

/** Adds the options of a recipe, if there is one; those that are given override them. */
export async function withRecipe(
  spec: CommandSpec,
  given: Record<string, unknown>,
  recipe: unknown,
): Promise<Record<string, unknown>> {
  return recipe === undefined ? given : { ...(await recipeOptions(String(recipe), spec, given)), ...given }
}

/** Reads options from a recipe: a map of option names, in kebab or camel case, or a manifest with its own options. */
async function recipeOptions(
  path: string,
  { schema, passedOver = [], recipes = {} }: CommandSpec,
  flags: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const ready = existsSync(path) ? undefined : recipes[path]
  if (ready !== undefined) return ready
  const { parse } = await import('yaml')
  let value: unknown
  try {
    value = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const names = Object.keys(recipes)
    const hint = names.length === 0 ? {} : { hint: `Recipes by name: ${names.join(', ')}.` }
    throw new UsageError(`cannot read the recipe ${path}: ${readFailure(error)}`, { cause: error, ...hint })
  }
  const named = isObject(value) && isObject(value['options']) ? value['options'] : value
  if (!isObject(named)) throw new UsageError(`${path}: a recipe must be a map of options`)
  const options = Object.entries(named).map(([name, given]) => [camelCase(name), given] as const)
  // The rows are given on the command line; a recipe may name them for the reader.
  const known = options.filter(([name]) => name !== 'rows' && (name in schema || !passedOver.includes(name)))
  const unknown = known.filter(([name]) => !(name in schema)).map(([name]) => name)
  if (unknown.length > 0) throw new UsageError(`${path}: not options of this command: ${unknown.join(', ')}`)
  const missing = isObject(value) && isObject(value['program']) ? ownParts(value['program'], schema, flags) : []
  if (missing.length === 0) return Object.fromEntries(known)
  throw new UsageError(
    `${path}: the run used objects of a program, which a recipe cannot hold: ${missing.join(', ')}`,
    {
      hint: 'Rerun that program, or give the options without --recipe.',
    },
  )
}

/** What a manifest says that a program brought and this command would need. Models may be named anew by flags. */
function ownParts(
  { method, policy, models = [] }: Record<string, unknown>,
  schema: OptionSchema,
  flags: Record<string, unknown>,
): string[] {
  const needed = (models as string[]).filter((name) => name in schema && flags[name] === undefined)
  return [
    ...(method === undefined ? [] : [`the method "${String(method)}"`]),
    ...(policy === undefined ? [] : [`the policy "${String(policy)}"`]),
    ...needed.map((name) => `the model of ${flagOf(name)}`),
  ]
}

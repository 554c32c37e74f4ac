// Builds a command from option schemas: flags, help, recipes and checks, all from the same declarations.
import { existsSync, readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { camelCase } from '../base/strings.ts'
import { UsageError, readFailure } from '../base/errors.ts'
import { flagOf, type OptionSchema, type OptionSpec } from '../options/options.ts'
import { isObject } from '../base/json.ts'
import type { Host } from './host.ts'

/** A command's entry in the list of all commands, before any of its code is loaded. */
export interface ListedCommand {
  name: string
  /** Such as `<rows>`, or `<rows> <row-id>`. */
  arguments: string
  summary: string
  load(): Promise<{ command: CommandSpec }>
}

/** The declaration of a command. Loading it loads what its options need, but not what its work needs. */
export interface CommandSpec {
  /** Shown at the end of the help. */
  example: string
  /** Common options first; those with `isRare` appear only with --help-all. */
  schema: OptionSchema
  /** The option whose value names the owners of the others. Help without --help-all shows the options of that value. */
  chosenBy?: string
  /** Recipes by name, for --recipe. */
  recipes?: Readonly<Record<string, Record<string, unknown>>>
  /** Options of other commands that are ignored in a recipe, such as another command's manifest. */
  passedOver?: readonly string[]
  /** Loads the command's work. */
  load(): Promise<{ work: Work }>
}

/** The work of a command: prints its report and returns the exit code. */
export type Work = (args: string[], options: Record<string, unknown>, shell: ShellOptions) => Promise<number>

/** Options that every command has, but no library call. */
export interface ShellOptions {
  json: boolean
  quiet: boolean
  /** The program that called the command, in place of a person at a terminal. */
  host?: Host
}

/** Creates the commander command for a listed one. It gets its options when it is called: see `completeCommand`. */
export function listedCommand({ name, summary, arguments: args }: ListedCommand): Command {
  return new Command(name)
    .description(summary)
    .arguments(args)
    .helpOption('-h, --help', 'show this help')
    .allowExcessArguments(false)
    .showHelpAfterError('(see --help)')
}

/** Gives a command its options and its action. `args` decide which options its help shows. */
export function completeCommand(
  command: Command,
  spec: CommandSpec,
  args: readonly string[],
  exit: (code: number) => void,
): void {
  const showAll = args.includes('--help-all')
  const chosen = showAll ? undefined : chosenIn(spec, args)
  for (const [name, option] of Object.entries(spec.schema)) {
    const isOfOthers = chosen !== undefined && option.owners?.includes(chosen) === false
    command.addOption(flagFor(name, isOfOthers ? { ...option, isRare: true } : option, showAll))
  }
  command
    .addOption(recipeFlag(spec.recipes, showAll))
    .addOption(new Option('--json', 'print one JSON document to standard output'))
    .addOption(new Option('--quiet', 'no progress').hideHelp(!showAll))
    .addOption(new Option('--help-all', 'show every option'))
    .addHelpText('after', chosen === undefined ? '' : `\n${otherHelp(command.name(), spec, chosen)}`)
    .addHelpText('after', `\nExample:\n${spec.example.replace(/^/gm, '  ')}`)
    .action(async (...received: unknown[]) => {
      const places = received
        .slice(0, -2)
        .flat()
        .filter((value): value is string => typeof value === 'string')
      const { recipe, json, quiet, helpAll: _help, ...parsed } = received.at(-2) as Record<string, unknown>
      const flags = withNegations(parsed, spec.schema)
      const options = await withRecipe(spec, flags, recipe)
      const { work } = await spec.load()
      exit(await work(places, options, { json: json === true, quiet: quiet === true }))
    })
}

/** Returns the value of the option that chooses among owners, as far as `args` tell. */
function chosenIn({ chosenBy, schema }: CommandSpec, args: readonly string[]): string | undefined {
  if (chosenBy === undefined) return undefined
  const flag = flagOf(chosenBy)
  const at = args.findLastIndex((each) => each === flag || each.startsWith(`${flag}=`))
  const given = args[at] === flag ? args[at + 1] : args[at]?.slice(flag.length + 1)
  return ownersIn(schema).find((owner) => owner === given) ?? String(schema[chosenBy]?.default)
}

const ownersIn = (schema: OptionSchema) => [...new Set(Object.values(schema).flatMap(({ owners = [] }) => owners))]

function otherHelp(name: string, { chosenBy = '', schema }: CommandSpec, chosen: string): string {
  const others = ownersIn(schema)
    .filter((owner) => owner !== chosen)
    .map((owner) => `  winnow ${name} ${flagOf(chosenBy)} ${owner} --help`)
  return [`These are the options of ${flagOf(chosenBy)} ${chosen}. For others:`, ...others].join('\n')
}

const RECIPE_FILE = 'read options from a YAML or JSON file or a manifest; flags override it'

function recipeFlag(recipes: CommandSpec['recipes'], showAll: boolean): Option {
  if (recipes === undefined) return new Option('--recipe <FILE>', RECIPE_FILE).hideHelp(!showAll)
  const names = Object.keys(recipes).join(', ')
  return new Option('--recipe <NAME|FILE>', `use the options of a recipe: ${names}; or ${RECIPE_FILE}`)
}

/** Adds the options of a recipe, if there is one; those that are given override them. */
export async function withRecipe(
  spec: CommandSpec,
  given: Record<string, unknown>,
  recipe: unknown,
): Promise<Record<string, unknown>> {
  return recipe === undefined ? given : { ...(await recipeOptions(String(recipe), spec, given)), ...given }
}

/** Renames negated flags: commander reads `--no-think` as the absence of `think`, but our options are named as they are written. */
function withNegations(parsed: Record<string, unknown>, schema: OptionSchema): Record<string, unknown> {
  const flags = { ...parsed }
  for (const name of Object.keys(schema).filter((each) => /^no[A-Z]/.test(each))) {
    const opposite = name.charAt(2).toLowerCase() + name.slice(3)
    if (flags[opposite] === false) flags[name] = true
    delete flags[opposite]
  }
  return flags
}

function flagFor(name: string, spec: OptionSpec, showAll: boolean): Option {
  const flags = flagOf(name) + valueOf(spec)
  const isShown = spec.default !== undefined && spec.default !== false && !spec.isList
  const notes = [
    spec.allowed ?? '',
    isShown ? `default: ${String(spec.default)}` : '',
    spec.paper === undefined ? '' : `paper: ${spec.paper}`,
  ].filter(Boolean)
  const option = new Option(flags, notes.length > 0 ? `${spec.help} [${notes.join('; ')}]` : spec.help)
  if (spec.isList) option.argParser((value, before: string[] = []) => [...before, value])
  return option.hideHelp(spec.isRare && !showAll)
}

function valueOf({ value, takesMany, isValueOptional }: OptionSpec): string {
  if (value === undefined) return ''
  return isValueOptional === true ? ` [${value}]` : ` <${value}${takesMany === true ? '...' : ''}>`
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

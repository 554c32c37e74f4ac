// Builds a command from option schemas: flags, help, settings and checks, all from the same declarations.
import { Command, Option } from 'commander'
import { specOf } from '../options/merged.ts'
import { flagOf, type OptionSchema, type OptionSpec } from '../options/options.ts'
import { CONFIG_FILE, type CommandSpec, type ListedCommand } from './command.ts'

/** Creates the commander command for a listed one. It gets its options when it is called: see `completeCommand`. */
export function listedCommand({ name, group, summary, arguments: args }: ListedCommand): Command {
  return new Command(name)
    .helpGroup(`${group}:`)
    .description(summary)
    .arguments(args)
    .helpOption('-h, --help', 'show this help')
    .allowExcessArguments(false)
    .showHelpAfterError('(see --help)')
}

/** Gives a command its options and its action. `args` decide which options its help shows. @param commands all commands */
export function completeCommand(
  command: Command,
  spec: CommandSpec,
  args: readonly string[],
  commands: readonly ListedCommand[],
  exit: (code: number) => void,
): void {
  const ignoresConfig = commands.find(({ name }) => name === command.name())?.ignoresConfig === true
  const showAll = args.includes('--help-all')
  const isBare = ignoresConfig || !showAll
  const chosen = showAll ? undefined : chosenIn(spec, args)
  for (const [name, option] of Object.entries(spec.schema)) {
    const isOfOthers = chosen !== undefined && option.owners?.includes(chosen) === false
    command.addOption(flagFor(name, isOfOthers ? { ...option, isRare: true } : specOf(option, chosen), showAll))
  }
  command
    .addOption(recipeFlag(spec.recipes, showAll))
    .addOption(
      new Option('--config <FILE>', `take settings from this file (default: ${CONFIG_FILE}, if it is here)`).hideHelp(
        isBare,
      ),
    )
    .addOption(new Option('--no-config', `take no settings from ${CONFIG_FILE}`).hideHelp(isBare))
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
      const { config, helpAll: _help, ...parsed } = received.at(-2) as Record<string, unknown>
      const typed = withNegations(parsed, spec.schema)
      const { configPath, resolvedOptions } = await import('./resolve.ts')
      const path = ignoresConfig ? undefined : configPath(config)
      const running = { ...spec, name: command.name(), word: spec.words?.find((word) => word === places[0]) }
      const { json, quiet, ...options } = await resolvedOptions(running, typed, path, commands)
      const { work } = await spec.load()
      exit(await work(places, options, { json: json === true, quiet: quiet === true, commands }))
    })
}

/** Returns the word, or the value of the option, that chooses among owners, as far as `args` tell. */
function chosenIn({ chosenBy, words, schema }: CommandSpec, args: readonly string[]): string | undefined {
  if (words !== undefined) return words.find((word) => args.includes(word))
  if (chosenBy === undefined) return undefined
  const flag = flagOf(chosenBy)
  const at = args.findLastIndex((each) => each === flag || each.startsWith(`${flag}=`))
  const given = args[at] === flag ? args[at + 1] : args[at]?.slice(flag.length + 1)
  return ownersIn(schema).find((owner) => owner === given) ?? String(schema[chosenBy]?.default)
}

const ownersIn = (schema: OptionSchema) => [...new Set(Object.values(schema).flatMap(({ owners = [] }) => owners))]

function otherHelp(name: string, { chosenBy, schema }: CommandSpec, chosen: string): string {
  const choice = chosenBy === undefined ? '' : `${flagOf(chosenBy)} `
  const others = ownersIn(schema)
    .filter((owner) => owner !== chosen)
    .map((owner) => `  winnow ${name} ${choice}${owner} --help`)
  return [`These are the options of ${choice || `winnow ${name} `}${chosen}. For others:`, ...others].join('\n')
}

const RECIPE_FILE = 'read options from a YAML or JSON file or a manifest; flags override it'

function recipeFlag(recipes: CommandSpec['recipes'], showAll: boolean): Option {
  if (recipes === undefined) return new Option('--recipe <FILE>', RECIPE_FILE).hideHelp(!showAll)
  const names = Object.keys(recipes).join(', ')
  return new Option('--recipe <NAME|FILE>', `use the options of a recipe: ${names}; or ${RECIPE_FILE}`)
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
  const help = inLines(spec)
  const option = new Option(flags, notes.length > 0 ? `${help} [${notes.join('; ')}]` : help)
  if (spec.isList) option.argParser((value, before: string[] = []) => [...before, value])
  return option.hideHelp(spec.isRare && !showAll)
}

/** Returns the help of an option with a line for each owner that declares it differently. */
const inLines = ({ help, byOwner = {} }: OptionSpec) =>
  Object.keys(byOwner).reduce((text, owner) => text.replace(`; ${owner}: `, `\n${owner}: `), help)

function valueOf({ value, takesMany, isValueOptional }: OptionSpec): string {
  if (value === undefined) return ''
  return isValueOptional === true ? ` [${value}]` : ` <${value}${takesMany === true ? '...' : ''}>`
}

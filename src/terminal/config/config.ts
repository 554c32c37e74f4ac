// What winnow.yaml adds to a command line: its general settings and those of the command's section, as if they had been typed.
import { specOf } from '../../options/merged.ts'
import { flag, flagOf, text, type OptionSpec } from '../../options/options.ts'
import type { CommandSpec, ListedCommand, RunningCommand } from '../command.ts'
import { checkConfig, typedAs, type Configurable } from './check.ts'
import { readConfig, type ConfigFile, type Setting } from './settings.ts'

/** Options of every command besides those of its schema. */
const SHELL_OPTIONS = {
  recipe: text('FILE', { help: 'a recipe' }),
  json: flag({ help: 'print one JSON document to standard output' }),
  quiet: flag({ help: 'no progress' }),
}

/** What the file gives to a command. */
interface Configured {
  /** Without those that were typed, `recipe`, `json` and `quiet` included. */
  options: Record<string, unknown>
  /** One line that says what came from the file; undefined if nothing did. */
  sentence: string | undefined
}

/**
 * Reads the options of a command from a file.
 * @param typed options from the command line, which win
 * @throws UsageError if anything in the file is wrong, also in the sections of other commands
 */
export async function configuredOptions(
  path: string,
  running: RunningCommand,
  typed: Record<string, unknown>,
  listed: readonly ListedCommand[],
): Promise<Configured> {
  const file = readConfig(path)
  const commands = listed.filter(({ ignoresConfig }) => ignoresConfig !== true)
  const load = (some: readonly ListedCommand[]) =>
    Promise.all(some.map(async (each) => configurable(each.name, (await each.load()).command)))
  const others = commands.filter(({ name }) => file.sections.some(({ command }) => command === name))
  const own = configurable(running.name, running)
  await checkConfig(file, {
    names: commands.map(({ name }) => name),
    loaded: [own, ...(await load(others.filter(({ name }) => name !== running.name)))],
    all: () => load(commands),
  })
  return optionsFrom(file, own, typed, running.word)
}

const configurable = (name: string, { schema, chosenBy }: CommandSpec): Configurable => ({
  name,
  schema: { ...schema, ...SHELL_OPTIONS },
  chosenBy,
})

function optionsFrom(
  file: ConfigFile,
  { name, schema, chosenBy }: Configurable,
  typed: Record<string, unknown>,
  word: string | undefined,
): Configured {
  const section = file.sections.find(({ command }) => command === name)?.settings ?? []
  const settings = new Map([...file.general, ...section].map((setting) => [setting.name, setting]))
  // A recipe chooses, too.
  const isChosenHere = chosenBy !== undefined && typed['recipe'] === undefined && !settings.has('recipe')
  const chosen = isChosenHere
    ? String(typed[chosenBy] ?? settings.get(chosenBy)?.value ?? schema[chosenBy]?.default)
    : word
  const options: Record<string, unknown> = {}
  const leftOut: Setting[] = []
  for (const [option, setting] of settings) {
    const declared = schema[option]
    if (declared === undefined || setting.value === null || typed[option] !== undefined) continue
    const isOfOthers = chosen !== undefined && declared.owners?.includes(chosen) === false
    const value = typedAs(setting.value, specOf(declared, chosen))
    if (isOfOthers) leftOut.push(setting)
    else if (value !== undefined) options[option] = value
  }
  const without =
    leftOut.length === 0 ? '' : ` (not for ${chosen}: ${leftOut.map((each) => flagOf(each.name)).join(', ')})`
  return { options, sentence: sentenceOf(file.path, options, schema, without) }
}

function sentenceOf(
  path: string,
  options: Record<string, unknown>,
  schema: Record<string, OptionSpec>,
  without: string,
): string | undefined {
  const given = Object.entries(options).map(([name, value]) => asTyped(name, value, schema[name]?.isList === true))
  return given.length === 0 && without === '' ? undefined : `${path}: ${given.join(' ') || 'nothing'}${without}`
}

/** Returns an option as one would type it. */
function asTyped(name: string, value: unknown, isList: boolean): string {
  if (value === true) return flagOf(name)
  const values = isList ? (value as unknown[]) : [value]
  return values.map((each) => `${flagOf(name)} ${inShell(String(each))}`).join(' ')
}

const inShell = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

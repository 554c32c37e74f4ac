// Checks every setting of winnow.yaml with the parsers of the flags, whichever command is run.
import { messageOf, UsageError } from '../../base/errors.ts'
import { isObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { specOf } from '../../options/merged.ts'
import { flagOf, type OptionSchema, type OptionSpec } from '../../options/options.ts'
import { secretIn } from './secrets.ts'
import type { ConfigFile, Section, Setting } from './settings.ts'

/** A command that takes options from the file. */
export interface Configurable {
  name: string
  schema: OptionSchema
  /** The option whose value names the owners of the others. */
  chosenBy: string | undefined
}

/** What the file is checked against. */
export interface KnownCommands {
  /** The names of all commands. */
  names: readonly string[]
  /** The command that runs, then those that the file has sections for. */
  loaded: readonly Configurable[]
  /** All commands, called if a general setting is an option of none of `loaded`. */
  all(): Promise<readonly Configurable[]>
}

interface Fault {
  line: number
  fault: string
}

/** @throws UsageError with all errors at once, each with file, line, key, value and what is allowed */
export async function checkConfig({ path, general, sections }: ConfigFile, known: KnownCommands): Promise<void> {
  const ofGeneral = await Promise.all(general.map((setting) => generalFault(setting, known)))
  const faults = [...sections.flatMap((section) => sectionFaults(section, known)), ...ofGeneral.flat()]
  if (faults.length === 0) return
  const inOrder = faults.toSorted((one, other) => one.line - other.line)
  throw new UsageError(inOrder.map(({ line, fault }) => `${path}:${line}: ${fault}`).join('\n'), {
    hint: 'Correct the file, or run without it: --no-config.',
  })
}

function sectionFaults({ command, line, settings }: Section, { names, loaded }: KnownCommands): Fault[] {
  const found = loaded.find(({ name }) => name === command)
  if (found === undefined) return [{ line, fault: unknownSection(command, names) }]
  const chosen = settings.find(({ name }) => name === found.chosenBy)?.value
  return settings.flatMap((setting) => {
    const spec = found.schema[setting.name]
    const fault = faultOf(setting, spec && specOf(spec, String(chosen)), () => unknownOption(setting.key, found))
    return fault === undefined ? [] : [{ line: setting.line, fault: `${command}.${fault}` }]
  })
}

/** Options that name what one command writes. As general settings they would have one command overwrite the output of another. */
const OF_ONE_COMMAND = ['out', 'report', 'html', 'runOut', 'folder']

async function generalFault(setting: Setting, { names, loaded, all }: KnownCommands): Promise<Fault[]> {
  const { key, name, value, line } = setting
  if (value === null && names.includes(key)) return []
  const having = (some: readonly Configurable[]) => some.filter(({ schema }) => name in schema)
  const owners = having(loaded).length > 0 ? having(loaded) : having(await all())
  const [first] = owners
  if (first === undefined) {
    const keys = (await all()).flatMap(({ schema }) => Object.keys(schema).map(keyOf))
    const fault = faultOf(setting, undefined, () => unknownGeneral(key, [...keys, ...names]))
    return fault === undefined ? [] : [{ line, fault }]
  }
  if (OF_ONE_COMMAND.includes(name)) {
    return [
      { line, fault: `${key}: it names what one command writes; put it into a section, such as "${first.name}:"` },
    ]
  }
  const fault = faultOf(setting, first.schema[name], () => '')
  return fault === undefined ? [] : [{ line, fault }]
}

/** Returns what is wrong with a setting; undefined if nothing is. */
function faultOf(setting: Setting, spec: OptionSpec | undefined, unknown: () => string): string | undefined {
  const { key, value } = setting
  const secret = secretIn(setting, spec !== undefined)
  if (secret !== undefined) return `${key}: ${secret}`
  if (spec === undefined) return unknown()
  if (value === null) return `${key}: it has no value; ${allowedFor(spec)}; or remove the line`
  try {
    const typed = typedAs(value, spec)
    if (typed !== undefined) spec.read(typed)
    return undefined
  } catch (error) {
    return `${key}: ${JSON.stringify(value)}: ${messageOf(error)}${didYouMean(nearest(String(value), choicesOf(spec)))}`
  }
}

/** Returns a value in the form that the command line gives it; undefined for a flag that is not set. @throws Error saying what is allowed */
export function typedAs(value: unknown, spec: OptionSpec): unknown {
  const { isList, value: named } = spec
  if (isObject(value)) {
    if (named !== 'JSON') throw new Error(`a map cannot stand here; ${allowedFor(spec)}`)
    return JSON.stringify(value)
  }
  if (named === undefined) return value === false ? undefined : value
  if (isList) return Array.isArray(value) ? value : [value]
  if (!Array.isArray(value)) return value
  if (!named.includes(',')) throw new Error(`a list cannot stand here; ${allowedFor(spec)}`)
  return value.join(',')
}

const choicesOf = ({ kinds }: OptionSpec) => kinds.flatMap((kind) => (typeof kind === 'object' ? [kind.literal] : []))

function allowedFor(spec: OptionSpec): string {
  const choices = choicesOf(spec)
  if (spec.value === undefined) return 'allowed: true, false'
  return `allowed: ${choices.length > 0 ? choices.join(', ') : (spec.allowed ?? spec.value)}`
}

/** `maxUsd` → `max-usd`. */
const keyOf = (name: string) => flagOf(name).slice(2)

const didYouMean = (meant: string | undefined) => (meant === undefined ? '' : `; did you mean ${meant}?`)

function unknownOption(key: string, { name, schema }: Configurable): string {
  const meant = nearest(key, Object.keys(schema).map(keyOf))
  const all = meant === undefined ? `; winnow ${name} --help-all lists them` : ''
  return `${key}: not an option of winnow ${name}${didYouMean(meant)}${all}`
}

function unknownSection(command: string, names: readonly string[]): string {
  const meant = nearest(command, names)
  const all = meant === undefined ? `; a section is named after one of ${names.join(', ')}` : ''
  return `${command}: there is no command ${command}${didYouMean(meant)}${all}`
}

function unknownGeneral(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  const all = meant === undefined ? '; winnow COMMAND --help-all lists those of a command' : ''
  return `${key}: not an option of any command${didYouMean(meant)}${all}`
}

// What can be completed: each command with its options, the choices of each, and where files stand.
import type { OptionSpec } from '../../options/options.ts'
import { flagOf } from '../../options/options.ts'
import { shortened } from '../../base/strings.ts'
import type { CommandSpec, ListedCommand } from '../../terminal/command.ts'

export interface CompletedOption {
  /** Such as `--max-usd`. */
  flag: string
  /** The beginning of its help. */
  help: string
  /** What may follow it: `nothing`, a `value` that cannot be completed, or one of `words` or of the `files`. */
  takes: 'nothing' | 'value' | 'words'
  words: readonly string[]
  isFile: boolean
}

export interface CompletedCommand {
  name: string
  summary: string
  options: CompletedOption[]
  /** Choices for its arguments; files, if there are none. */
  arguments: readonly string[]
}

/** The shells that there are scripts for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

const HELP_LENGTH = 100

export async function completedCommands(listed: readonly ListedCommand[]): Promise<CompletedCommand[]> {
  const commands = listed.map(async ({ name, summary, load, ignoresConfig }) => {
    const { command } = await load()
    const own = Object.entries(command.schema).map(([option, spec]) => completedOption(option, spec))
    const ofArguments = name === 'completion' ? SHELLS : []
    return {
      name,
      summary,
      options: [...own, ...shellOptions(command, ignoresConfig === true)],
      arguments: ofArguments,
    }
  })
  const help = { name: 'help', summary: 'Shows the help of a command.', options: [] }
  return [...(await Promise.all(commands)), { ...help, arguments: listed.map(({ name }) => name) }]
}

function completedOption(name: string, { kinds, value, help }: OptionSpec): CompletedOption {
  const words = kinds.flatMap((kind) => (typeof kind === 'object' ? [kind.literal] : []))
  const isFile = value !== undefined && words.length === 0 && kinds.includes('text')
  const takes = value === undefined ? 'nothing' : words.length > 0 || isFile ? 'words' : 'value'
  return { flag: flagOf(name), help: shortened(help, HELP_LENGTH), takes, words, isFile }
}

/** Returns the options that every command has. */
function shellOptions({ recipes = {} }: CommandSpec, ignoresConfig: boolean): CompletedOption[] {
  const flag = (name: string, help: string): CompletedOption => ({
    flag: name,
    help,
    takes: 'nothing',
    words: [],
    isFile: false,
  })
  const file = (name: string, help: string, words: string[] = []): CompletedOption => ({
    flag: name,
    help,
    takes: 'words',
    words,
    isFile: true,
  })
  return [
    file('--recipe', 'read options from a recipe or a manifest', Object.keys(recipes)),
    ...(ignoresConfig
      ? []
      : [file('--config', 'take settings from this file'), flag('--no-config', 'take no settings from winnow.yaml')]),
    flag('--json', 'print one JSON document to standard output'),
    flag('--quiet', 'no progress'),
    flag('--help', 'show the usual options'),
    flag('--help-all', 'show every option'),
  ]
}

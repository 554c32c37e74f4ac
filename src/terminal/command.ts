// What a command declares: its place in the list of all commands, its options, its work.
import type { OptionSchema } from '../options/options.ts'
import type { Host } from './host.ts'

/** The file in the working folder whose settings every command takes. */
export const CONFIG_FILE = 'winnow.yaml'

/** A command's entry in the list of all commands, before any of its code is loaded. */
export interface ListedCommand {
  name: string
  /** The commands beside which it stands in the list of all. */
  group: string
  /** Such as `<rows>`, or `<rows> <row-id>`. */
  arguments: string
  summary: string
  /** Set if the command takes no options from winnow.yaml. */
  ignoresConfig?: boolean
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
  /** The words of which the first argument is one, in place of such an option: `sample` and `report` of winnow audit. */
  words?: readonly string[]
  /** Recipes by name, for --recipe. */
  recipes?: Readonly<Record<string, Record<string, unknown>>>
  /** Options of other commands that are ignored in a recipe, such as another command's manifest. */
  passedOver?: readonly string[]
  /** Loads the command's work. */
  load(): Promise<{ work: Work }>
}

/** A command that was called. */
export interface RunningCommand extends CommandSpec {
  name: string
  /** The first argument, if it is one of the command's words. */
  word?: string | undefined
}

/** The work of a command: prints its report and returns the exit code. */
export type Work = (args: string[], options: Record<string, unknown>, shell: ShellOptions) => Promise<number>

/** Options that every command has, but no library call. */
export interface ShellOptions {
  json: boolean
  quiet: boolean
  /** All commands. */
  commands: readonly ListedCommand[]
  /** The program that called the command, in place of a person at a terminal. */
  host?: Host
}

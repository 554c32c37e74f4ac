// A request of a program to run a command, and what is checked before the command runs.
import { UsageError, messageOf } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import type { CommandSpec, ListedCommand } from './command.ts'

export interface CommandRequest {
  id: number
  command: string
  args: string[]
  /** By name, in camel case, as in a recipe; `recipe` names one. */
  options: Record<string, unknown>
  quiet: boolean
  /** The folder that paths are relative to. */
  cwd: string
  /** Changes of the environment since the last request; null unsets a variable. */
  env: Record<string, string | null>
}

/** A request to end a command as Ctrl-C does. */
export interface StopRequest {
  stop: number
}

/** @throws UsageError if the line is not a request */
export function readRequest(line: string): CommandRequest | StopRequest {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new UsageError(`a request must be one line of JSON: ${messageOf(error)}`)
  }
  if (isObject(value) && typeof value['stop'] === 'number') return { stop: value['stop'] }
  if (!isObject(value) || typeof value['id'] !== 'number' || typeof value['command'] !== 'string') {
    throw new UsageError('a request needs "id", a number, and "command", a string; or "stop", an id')
  }
  const { id, command, args = [], options = {}, quiet = false, cwd = process.cwd(), env = {} } = value
  if (!Array.isArray(args) || !isObject(options) || !isObject(env)) {
    throw new UsageError('"args" must be a list, "options" and "env" must be objects')
  }
  return {
    id,
    command,
    args: args.map(String),
    options,
    quiet: quiet === true,
    cwd: String(cwd),
    env: env as CommandRequest['env'],
  }
}

/** Loads the command of a request. @throws UsageError if it cannot run for a program */
export async function commandOf(
  { command, args, options }: CommandRequest,
  commands: readonly ListedCommand[],
): Promise<CommandSpec> {
  const listed = commands.find(({ name }) => name === command)
  if (listed === undefined) throw new UsageError(`there is no command ${JSON.stringify(command)}`)
  const { command: spec } = await listed.load()
  const unknown = Object.keys(options).filter((name) => name !== 'recipe' && !(name in spec.schema))
  if (unknown.length > 0) {
    throw new UsageError(`not options of ${command}: ${unknown.join(', ')}`, {
      hint: `Options: ${Object.keys(spec.schema).join(', ')}.`,
    })
  }
  if (args.includes('-') || Object.values(options).includes('-')) {
    throw new UsageError('"-" cannot be used from a program: standard input and output carry its requests', {
      hint: 'Give the path of a file.',
    })
  }
  return spec
}

/** Makes the folder and the environment of this process those of the program. */
export function applySurroundings({ cwd, env }: CommandRequest): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === null) delete process.env[name]
    else process.env[name] = value
  }
  try {
    process.chdir(cwd)
  } catch (error) {
    throw new UsageError(`the working folder cannot be used: ${messageOf(error)}`)
  }
}

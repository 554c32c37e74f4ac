// The command line: finds the command, runs it, and turns errors into sentences and exit codes.
import { Command, CommanderError } from 'commander'
import { messageOf, WinnowError } from './base/errors.ts'
import { VERSION } from './base/version.ts'
import { applyCommand } from './commands/apply/command.ts'
import { cleanCommand } from './commands/clean/command.ts'
import { compareCommand } from './commands/compare/command.ts'
import { buildCommand, type CommandSpec } from './terminal/command.ts'
import { diagnoseCommand } from './commands/diagnose/command.ts'
import { doctorCommand } from './commands/doctor/command.ts'
import { evalCommand } from './commands/eval/command.ts'
import { explainCommand } from './commands/explain/command.ts'
import { tuneHeap } from './terminal/heap.ts'
import { INTERRUPTED } from './terminal/interrupt.ts'
import { growCommand } from './commands/grow/command.ts'
import { ledgerCommand } from './commands/ledger/command.ts'
import { mineCommand } from './commands/mine/command.ts'
import { overlapCommand } from './commands/overlap/command.ts'
import { pruneCommand } from './commands/prune/command.ts'
import { trainCommand } from './commands/train/command.ts'

export const COMMANDS: readonly CommandSpec[] = [
  cleanCommand,
  applyCommand,
  explainCommand,
  doctorCommand,
  growCommand,
  mineCommand,
  evalCommand,
  overlapCommand,
  trainCommand,
  compareCommand,
  pruneCommand,
  diagnoseCommand,
  ledgerCommand,
]

const COULD_NOT_RUN = 2

/** Runs one command line and sets the exit code: 0 done, 1 finished with undecided rows, 2 could not run, 130 interrupted. */
export async function main(args: string[]): Promise<void> {
  tuneHeap()
  // A reader that closes the pipe early, such as `head`, is no failure; rows that cannot be written fail in their sink.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(COULD_NOT_RUN)
  })
  process.exitCode = await run(args)
}

async function run(args: string[]): Promise<number> {
  let code = 0
  const showAll = args.includes('--help-all')
  const program = new Command('winnow')
    .description(
      'Finds and repairs false negatives in the training data of retrievers and rerankers, and writes hard negatives.',
    )
    .version(VERSION)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'winnow: ')) })
    .exitOverride()
  for (const spec of COMMANDS) {
    const command = buildCommand(spec, showAll, (exitCode) => (code = exitCode))
    program.addCommand(command.copyInheritedSettings(program))
  }
  try {
    await program.parseAsync(showAll ? args.map((each) => (each === '--help-all' ? '--help' : each)) : args, {
      from: 'user',
    })
    return code
  } catch (error) {
    return complain(error)
  }
}

/** Prints what went wrong and says with which code to exit. */
function complain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN
  const hint = error instanceof WinnowError && error.hint !== undefined ? `\n${error.hint}` : ''
  process.stderr.write(`winnow: ${messageOf(error)}${hint}\n`)
  if (!(error instanceof WinnowError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  return error instanceof WinnowError && error.code === 'interrupted' ? INTERRUPTED : COULD_NOT_RUN
}

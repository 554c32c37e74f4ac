// The command line: finds the command, runs it, and turns errors into sentences and exit codes.
import { Command, CommanderError } from 'commander'
import { messageOf, WinnowError } from '../errors.ts'
import { VERSION } from '../version.ts'
import { applyCommand } from './apply.ts'
import { cleanCommand } from './clean.ts'
import { compareCommand } from './compare.ts'
import { buildCommand, type CommandSpec } from './command.ts'
import { diagnoseCommand } from './diagnose.ts'
import { doctorCommand } from './doctor.ts'
import { evalCommand } from './eval.ts'
import { explainCommand } from './explain.ts'
import { tuneHeap } from './heap.ts'
import { INTERRUPTED } from './interrupt.ts'
import { growCommand } from './grow.ts'
import { ledgerCommand } from './ledger.ts'
import { mineCommand } from './mine.ts'
import { overlapCommand } from './overlap.ts'
import { pruneCommand } from './prune.ts'
import { trainCommand } from './train.ts'

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

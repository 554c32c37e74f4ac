// The command line: finds the command, runs it, and turns errors into sentences and exit codes.
import { Command, CommanderError } from 'commander'
import { messageOf, WinnowError } from './base/errors.ts'
import { withoutLogins } from './base/url.ts'
import { VERSION } from './base/version.ts'
import { completeCommand, listedCommand, type CommandSpec, type ListedCommand } from './terminal/command.ts'
import { ERRORS, OUTPUT, print } from './terminal/door.ts'
import { tuneHeap } from './terminal/heap.ts'
import { INTERRUPTED } from './terminal/interrupt.ts'

/** In the order of the help. Each is loaded when it is called. */
const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'clean',
    arguments: '<rows>',
    summary: 'Finds false negatives in training rows with language models or a scorer and relabels or removes them.',
    load: () => import('./commands/clean/command.ts'),
  },
  {
    name: 'apply',
    arguments: '<rows>',
    summary: 'Decides again from the replies in the ledger, with another policy. Makes no call.',
    load: () => import('./commands/apply/command.ts'),
  },
  {
    name: 'explain',
    arguments: '<rows> <row-id>',
    summary: 'Explains what was decided about one row: labels, evidence, calls. Makes no call.',
    load: () => import('./commands/explain/command.ts'),
  },
  {
    name: 'doctor',
    arguments: '<rows>',
    summary: 'Says what is wrong with a file of training rows. Calls no model, changes nothing.',
    load: () => import('./commands/doctor/command.ts'),
  },
  {
    name: 'grow',
    arguments: '<rows>',
    summary:
      'Writes hard negatives for training rows with a language model, verifies them and adds those that stand up to it.',
    load: () => import('./commands/grow/command.ts'),
  },
  {
    name: 'mine',
    arguments: '<collection-or-rows>',
    summary: 'Mines hard negatives for the queries of a collection, or for rows that exist.',
    load: () => import('./commands/mine/command.ts'),
  },
  {
    name: 'eval',
    arguments: '[retriever-and-collections...]',
    summary: 'Measures a retriever on test collections, or a run against judgements, as trec_eval does.',
    load: () => import('./commands/eval/command.ts'),
  },
  {
    name: 'overlap',
    arguments: '<rows> <collection>',
    summary:
      'Says which test queries and judged passages of a collection occur in training rows, and writes rows without them.',
    load: () => import('./commands/overlap/command.ts'),
  },
  {
    name: 'train',
    arguments: '<rows>',
    summary: 'Trains a static encoder on rows: seconds to minutes on a laptop. Python loads it, too.',
    load: () => import('./commands/train/command.ts'),
  },
  {
    name: 'compare',
    arguments: '<rows...>',
    summary: 'Compares training files by what encoders trained on them find: with intervals and controls.',
    load: () => import('./commands/compare/command.ts'),
  },
  {
    name: 'prune',
    arguments: '<rows...>',
    summary: 'Leaves each dataset out once, says which ones hurt, and writes the rows of the others.',
    load: () => import('./commands/prune/command.ts'),
  },
  {
    name: 'diagnose',
    arguments: '<rows>',
    summary: 'Says whether texts or an encoder give away which negatives a model wrote.',
    load: () => import('./commands/diagnose/command.ts'),
  },
  {
    name: 'ledger',
    arguments: '[file]',
    summary: 'Shows what is in a ledger (default: .winnow/ledger.db): replies by model and prompt, tokens, cost, runs.',
    load: () => import('./commands/ledger/command.ts'),
  },
]

/** Loads all commands, for the pages about them. */
export function allCommands(): Promise<(Omit<ListedCommand, 'load'> & CommandSpec)[]> {
  return Promise.all(COMMANDS.map(async (listed) => ({ ...listed, ...(await listed.load()).command })))
}

const listedAs = (name: string) => COMMANDS.find((each) => each.name === name)

const COULD_NOT_RUN = 2

/** Runs one command line and sets the exit code: 0 done, 1 finished with undecided rows, 2 could not run, 130 interrupted. */
export async function main(args: string[]): Promise<void> {
  tuneHeap()
  // It is not an error if a reader such as `head` closes the pipe early; rows that cannot be written fail in their sink.
  OUTPUT.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(COULD_NOT_RUN)
  })
  // What a library throws beside its promises would end the process with whatever its message holds.
  process.on('uncaughtException', (error) => process.exit(complain(error, args)))
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
    .configureOutput({
      writeOut: (text) => print(text.replace(/\n$/, ''), OUTPUT),
      writeErr: (text) => print(withoutLogins(text, args).replace(/\n$/, ''), ERRORS),
      outputError: (text, write) => write(text.replace(/^error: /, 'winnow: ')),
    })
    .configureHelp({ subcommandTerm: (each) => `${each.name()} ${each.usage()}` })
    .exitOverride()
    .hook('preSubcommand', async (_program, called) => {
      const { command } = await (listedAs(called.name()) as ListedCommand).load()
      completeCommand(called, command, showAll, (exitCode) => (code = exitCode))
    })
  for (const each of COMMANDS) program.addCommand(listedCommand(each).copyInheritedSettings(program))
  try {
    await program.parseAsync(withHelp(args), { from: 'user' })
    return code
  } catch (error) {
    return complain(error, args)
  }
}

/** Rewrites `help NAME` and `--help-all` as `NAME --help`, so that the command is loaded first. */
function withHelp(args: string[]): string[] {
  const [first, name = '', ...rest] = args
  if (first === 'help' && listedAs(name) !== undefined) return [name, '--help', ...rest]
  return args.map((each) => (each === '--help-all' ? '--help' : each))
}

/** Prints what went wrong and returns the exit code. */
function complain(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN
  const hint = error instanceof WinnowError && error.hint !== undefined ? `\n${error.hint}` : ''
  print(withoutLogins(`winnow: ${messageOf(error)}${hint}`, args), ERRORS)
  if (!(error instanceof WinnowError) && error instanceof Error) print(withoutLogins(error.stack ?? '', args), ERRORS)
  return error instanceof WinnowError && error.code === 'interrupted' ? INTERRUPTED : COULD_NOT_RUN
}

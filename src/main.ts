// The command line: finds the command, runs it, and turns errors into sentences and exit codes.
import { Command, CommanderError } from 'commander'
import { messageOf, WinnowError } from './base/errors.ts'
import { withoutLogins } from './base/url.ts'
import { VERSION } from './base/version.ts'
import { completeCommand, listedCommand } from './terminal/build.ts'
import type { CommandSpec, ListedCommand } from './terminal/command.ts'
import { HELP_LAYOUT } from './terminal/help.ts'
import { ERRORS, OUTPUT, print } from './terminal/door.ts'
import { tuneHeap } from './terminal/heap.ts'
import { INTERRUPTED } from './terminal/interrupt.ts'

/** In the order of the help. Each is loaded when it is called. */
const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'init',
    group: 'Check and convert rows',
    arguments: '[rows]',
    summary: 'Writes winnow.yaml, the settings of every command, for a file of training rows. Makes no model calls.',
    ignoresConfig: true,
    load: () => import('./commands/init/command.ts'),
  },
  {
    name: 'doctor',
    group: 'Check and convert rows',
    arguments: '<rows>',
    summary: 'Checks a file of training rows for problems, and mends what is safe. Makes no model calls.',
    load: () => import('./commands/doctor/command.ts'),
  },
  {
    name: 'lint',
    group: 'Check and convert rows',
    arguments: '<rows>',
    summary: 'Checks a file of rows against the rules of a trainer, and mends what is safe. Makes no model calls.',
    load: () => import('./commands/lint/command.ts'),
  },
  {
    name: 'convert',
    group: 'Check and convert rows',
    arguments: '<rows>',
    summary: 'Writes training rows in another format or container. Makes no model calls.',
    load: () => import('./commands/convert/command.ts'),
  },
  {
    name: 'overlap',
    group: 'Check and convert rows',
    arguments: '<rows> <collection>',
    summary: 'Finds test queries and judged passages of a collection in training rows, and removes them on request.',
    load: () => import('./commands/overlap/command.ts'),
  },
  {
    name: 'plan',
    group: 'Clean and make rows',
    arguments: '[rows...]',
    summary: 'Plans a run of clean or grow before it is paid for: calls, tokens, cost and hours, with intervals.',
    load: () => import('./commands/plan/command.ts'),
  },
  {
    name: 'clean',
    group: 'Clean and make rows',
    arguments: '<rows>',
    summary: 'Finds false negatives in training rows with language models or a scorer and relabels or removes them.',
    load: () => import('./commands/clean/command.ts'),
  },
  {
    name: 'apply',
    group: 'Clean and make rows',
    arguments: '<rows>',
    summary: 'Applies another policy to the evidence of an earlier run. Makes no model calls.',
    load: () => import('./commands/apply/command.ts'),
  },
  {
    name: 'grow',
    group: 'Clean and make rows',
    arguments: '<rows>',
    summary: 'Writes hard negatives for training rows with a language model and adds those that pass verification.',
    load: () => import('./commands/grow/command.ts'),
  },
  {
    name: 'mine',
    group: 'Clean and make rows',
    arguments: '<collection-or-rows>',
    summary: 'Mines hard negatives for the queries of a collection or for existing rows.',
    load: () => import('./commands/mine/command.ts'),
  },
  {
    name: 'changes',
    group: 'Read and audit',
    arguments: '<rows>',
    summary: 'Shows what a run changed: query, passage, from and to, and why. Makes no model calls.',
    load: () => import('./commands/changes/command.ts'),
  },
  {
    name: 'studio',
    group: 'Read and audit',
    arguments: '<file>',
    summary: 'Opens a page on this machine to read a run, try other policies and audit a sample. Makes no model calls.',
    load: () => import('./commands/studio/command.ts'),
  },
  {
    name: 'explain',
    group: 'Read and audit',
    arguments: '<rows> <row-id>',
    summary: 'Explains the decision on one row: labels, evidence, model calls. Makes no model calls.',
    load: () => import('./commands/explain/command.ts'),
  },
  {
    name: 'audit',
    group: 'Read and audit',
    arguments: '<sample|report> [rows-or-sample]',
    summary: 'Draws a sample for people to judge, and reports how far they and the judges agree. Makes no model calls.',
    load: () => import('./commands/audit/command.ts'),
  },
  {
    name: 'judges',
    group: 'Read and audit',
    arguments: '<rows>',
    summary: 'Measures judges against gold labels: which one to use, what it costs, and what you can trust it to do.',
    load: () => import('./commands/judges/command.ts'),
  },
  {
    name: 'train',
    group: 'Train and measure',
    arguments: '<rows>',
    summary:
      'Trains a static encoder, or a map over the vectors of your own encoder, in seconds to minutes; or fine-tunes a model with PyTorch.',
    load: () => import('./commands/train/command.ts'),
  },
  {
    name: 'eval',
    group: 'Train and measure',
    arguments: '[retriever-and-collections...]',
    summary: 'Evaluates a retriever on test collections, or a run against judgements, like trec_eval.',
    load: () => import('./commands/eval/command.ts'),
  },
  {
    name: 'compare',
    group: 'Train and measure',
    arguments: '<rows...>',
    summary: 'Compares training files by training encoders on them, with confidence intervals and controls.',
    load: () => import('./commands/compare/command.ts'),
  },
  {
    name: 'prune',
    group: 'Train and measure',
    arguments: '<rows...>',
    summary: 'Finds datasets that hurt by leaving each out once, and writes the rows of the others.',
    load: () => import('./commands/prune/command.ts'),
  },
  {
    name: 'diagnose',
    group: 'Train and measure',
    arguments: '<rows>',
    summary: 'Tests whether texts or an encoder give away which negatives a model wrote.',
    load: () => import('./commands/diagnose/command.ts'),
  },
  {
    name: 'ledger',
    group: 'Keep and share',
    arguments: '[file]',
    summary:
      'Lists the contents of a ledger (default: .winnow/ledger.db): replies by model and prompt, tokens, cost, runs.',
    load: () => import('./commands/ledger/command.ts'),
  },
  {
    name: 'batch',
    group: 'Keep and share',
    arguments: '<list|wait|cancel|import> [jobs-or-files...]',
    summary: 'Lists the batch jobs of runs, waits for them, cancels them, or imports results from files.',
    load: () => import('./commands/batch/command.ts'),
  },
  {
    name: 'publish',
    group: 'Keep and share',
    arguments: '<rows-or-folder> <hub>',
    summary:
      'Publishes rows as a data set on the Hugging Face hub: Parquet files, and a card that says how they were made.',
    load: () => import('./commands/publish/command.ts'),
  },
  {
    name: 'completion',
    group: 'Keep and share',
    arguments: '<shell>',
    summary: 'Prints a script that completes commands, options and files in bash, zsh or fish.',
    ignoresConfig: true,
    load: () => import('./commands/completion/command.ts'),
  },
]

/** Loads all commands, for the pages about them. */
export function allCommands(): Promise<(Omit<ListedCommand, 'load'> & CommandSpec)[]> {
  return Promise.all(COMMANDS.map(async (listed) => ({ ...listed, ...(await listed.load()).command })))
}

const listedAs = (name: string) => COMMANDS.find((each) => each.name === name)

const COULD_NOT_RUN = 2
const BATCH_IS_OPEN = 3

/** Runs one command line and sets the exit code: 0 done, 1 finished with undecided rows, 2 could not run, 3 batch jobs are open, 130 interrupted. */
export async function main(args: string[]): Promise<void> {
  tuneHeap()
  // It is not an error if a reader such as `head` closes the pipe early; rows that cannot be written fail in their sink.
  OUTPUT.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(COULD_NOT_RUN)
  })
  if (args[0] === SERVE) return serveCommands()
  // What a library throws beside its promises would end the process with whatever its message holds.
  process.on('uncaughtException', (error) => process.exit(complain(error, args)))
  process.exitCode = await run(args)
}

/** Runs commands for a program, such as the Python package; not in the help. */
const SERVE = 'serve'

async function serveCommands(): Promise<void> {
  const { serve } = await import('./terminal/serve.ts')
  await serve(COMMANDS)
}

async function run(args: string[]): Promise<number> {
  let code = 0
  const program = new Command('winnow')
    .description(
      'Finds and repairs false negatives in the training data of retrievers and rerankers, and writes hard negatives.',
    )
    .version(VERSION)
    .configureOutput({
      writeOut: (text) => print(text.replace(/\n$/, ''), OUTPUT),
      writeErr: (text) => print(withoutLogins(text, args).replace(/\n$/, ''), ERRORS),
      outputError: (text, write) => write(text.replace(/^error: /, 'winnow: ') + hintFor(text)),
    })
    .configureHelp(HELP_LAYOUT)
    .exitOverride()
    .hook('preSubcommand', async (_program, called) => {
      const { command } = await (listedAs(called.name()) as ListedCommand).load()
      completeCommand(called, command, args, COMMANDS, (exitCode) => (code = exitCode))
    })
  for (const each of COMMANDS) program.addCommand(listedCommand(each).copyInheritedSettings(program))
  try {
    await program.parseAsync(withHelp(args), { from: 'user' })
    return code
  } catch (error) {
    return complain(error, args)
  }
}

/** A pattern that the shell has expanded is many arguments. */
function hintFor(complaint: string): string {
  const name = /^error: too many arguments for '(\w+)'/.exec(complaint)?.[1] ?? ''
  if (listedAs(name)?.arguments !== '<rows>') return ''
  return `Several files are read as one by a pattern in quotes: winnow ${name} "rows/*.parquet"\n`
}

/** Rewrites `help NAME` and `--help-all` as `NAME --help`, so that the command is loaded first. */
function withHelp(args: string[]): string[] {
  const [first, name = '', ...rest] = args
  if (first === 'help' && listedAs(name) !== undefined) return [name, '--help', ...rest]
  return args.map((each) => (each === '--help-all' ? '--help' : each))
}

/** Exit codes of runs that ended before their end, and are to be gone on with. */
const CODES: Record<string, number> = { interrupted: INTERRUPTED, 'batch-open': BATCH_IS_OPEN, 'shard-done': 0 }

/** Prints what went wrong and returns the exit code. */
function complain(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN
  const hint = error instanceof WinnowError && error.hint !== undefined ? `\n${error.hint}` : ''
  print(withoutLogins(`winnow: ${messageOf(error)}${hint}`, args), ERRORS)
  if (!(error instanceof WinnowError) && error instanceof Error) print(withoutLogins(error.stack ?? '', args), ERRORS)
  return (error instanceof WinnowError ? CODES[error.code] : undefined) ?? COULD_NOT_RUN
}

// What stands around the work of every command: the live line, Ctrl-C, questions to the person at the terminal, and the report at the end.
import type { Hooks } from '../base/hooks.ts'
import type { ShellOptions } from './command.ts'
import { onInterrupt } from './interrupt.ts'
import { downloadText, LiveLine, progressText } from './live-line.ts'
import { askUser, canAnswer } from './question.ts'

/** What a command writes to standard error besides what its hooks tell. */
export interface Shell {
  /** Writes lines for good, with --quiet too. */
  say(text: string): void
  /** Absent with --quiet. */
  line: LiveLine | undefined
}

/**
 * Does the work of a command with its hooks.
 * @param hint what to do after Ctrl-C; by default, that the same command goes on where it stopped
 */
export async function withShell<T>(
  { quiet }: ShellOptions,
  work: (hooks: Hooks, shell: Shell) => Promise<T>,
  hint?: string,
): Promise<T> {
  const line = quiet ? undefined : new LiveLine()
  const say = (text: string) => (line ? line.note(text) : void process.stderr.write(`${text}\n`))
  const onNotice = (sentence: string) => say(`note: ${sentence}`)
  const interrupt = onInterrupt(onNotice, hint)
  const hooks: Hooks = {
    signal: interrupt.signal,
    onNotice,
    onProgress: (progress) => line?.show(() => progressText(progress)),
    onDownload: (progress) => line?.show(() => downloadText(progress), progress.received >= progress.size),
    onQuestion: canAnswer() ? askUser : undefined,
  }
  try {
    return await work(hooks, { say, line })
  } finally {
    line?.clear()
    interrupt.release()
  }
}

/** What to do after Ctrl-C where nothing is kept of what was done so far. */
export const NOTHING_KEPT = 'Nothing was written. Run the same command again.'

/** Where a report goes. */
interface PrintTarget {
  /** Whether rows take standard output: then only the page is printed, to standard error. */
  isTaken?: boolean
  /** Where the page goes otherwise. */
  stream?: NodeJS.WritableStream
}

/** Prints the report of a command: with --json as one document, otherwise as a page for a person. */
export async function printReport(
  { json }: ShellOptions,
  report: unknown,
  pageOf: () => readonly string[] | Promise<readonly string[]>,
  { isTaken = false, stream = process.stdout }: PrintTarget = {},
): Promise<void> {
  if (json && !isTaken) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  else (isTaken ? process.stderr : stream).write(`${(await pageOf()).join('\n')}\n`)
}

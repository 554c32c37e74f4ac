// What surrounds the work of every command: the live line, Ctrl-C, questions to the user, and the final report.
import type { Hooks } from '../base/hooks.ts'
import type { ShellOptions } from './command.ts'
import { ERRORS, OUTPUT, print, printJson } from './door.ts'
import { onInterrupt, type InterruptWords } from './interrupt.ts'
import { downloadText, LiveLine, type ProgressLine } from './live-line.ts'
import { askUser, canAnswer } from './question.ts'
import { StepLine } from './step-line.ts'

/** A command's output to standard error besides its hooks. */
export interface Shell {
  /** Writes lines permanently, even with --quiet. */
  say(text: string): void
  /** Absent with --quiet. */
  line: ProgressLine | undefined
}

/**
 * Runs the work of a command with its hooks.
 * @param words after Ctrl-C; by default, that repeating the command continues where it stopped
 */
export async function withShell<T>(
  { quiet, host }: ShellOptions,
  work: (hooks: Hooks, shell: Shell) => Promise<T>,
  words: InterruptWords = {},
): Promise<T> {
  const line = quiet ? undefined : (host?.line ?? new LiveLine())
  const step = new StepLine()
  const say = (text: string) => (line ? line.note(text) : host ? host.line.note(text) : print(text, ERRORS))
  const onNotice = (sentence: string) => say(`note: ${sentence}`)
  const interrupt = onInterrupt(onNotice, words, host?.onStop)
  const hooks: Hooks = {
    signal: interrupt.signal,
    onNotice,
    onProgress: (progress) => {
      const text = step.text(progress)
      line?.show(() => text, false, progress)
    },
    onDownload: (progress) => {
      const { received, size } = progress
      line?.show(() => downloadText(progress), received >= size, { done: received, total: size })
    },
    onQuestion: host === undefined && canAnswer() ? askUser : undefined,
  }
  try {
    return await work(hooks, { say, line })
  } finally {
    line?.clear()
    interrupt.release()
  }
}

/** After Ctrl-C, if finished trainings are kept. */
export const TRAININGS_KEPT: InterruptWords = {
  hint: 'Run the same command again to resume; what was trained is kept.',
}

/** After Ctrl-C, if no partial work is kept. */
export const NOTHING_KEPT: InterruptWords = { hint: 'Nothing was written. Run the same command again.' }

/** Where a report is printed. */
interface PrintTarget {
  /** Whether rows go to standard output; if so, only the page is printed, to standard error. */
  isTaken?: boolean
  /** Where the page goes otherwise. */
  stream?: NodeJS.WritableStream
}

/** Prints the report of a command: one JSON document with --json, otherwise a page for people. A host gets it as it is. */
export async function printReport(
  { json, host }: ShellOptions,
  report: unknown,
  pageOf: () => readonly string[] | Promise<readonly string[]>,
  { isTaken = false, stream = OUTPUT }: PrintTarget = {},
): Promise<void> {
  if (host) host.report(report)
  else if (json && !isTaken) printJson(report)
  else print((await pageOf()).join('\n'), isTaken ? ERRORS : stream)
}

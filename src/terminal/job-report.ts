// What clean, apply and grow share in a terminal: a live line, Ctrl-C, and the summary at the end.
import type { JobHooks } from '../job/hooks.ts'
import type { Manifest } from '../job/manifest.ts'
import type { ShellOptions } from './command.ts'
import { onInterrupt } from './interrupt.ts'
import { ProgressLine } from './progress.ts'
import { askUser, canAnswer } from './question.ts'
import { pilotText } from './summary/pilot.ts'
import { summaryOf } from './summary/summary.ts'

/** Runs with a progress line and Ctrl-C handled, then prints the summary. Returns the exit code. */
export async function report(
  shell: ShellOptions,
  run: (hooks: JobHooks) => Promise<Manifest>,
  stdoutIsTaken: boolean,
): Promise<number> {
  const line = shell.quiet ? undefined : new ProgressLine()
  const say = (text: string) => (line ? line.note(text) : process.stderr.write(`${text}\n`))
  const notice = (sentence: string) => say(`note: ${sentence}`)
  const interrupt = onInterrupt(notice)
  try {
    const manifest = await run({
      signal: interrupt.signal,
      onRow: (progress) => line?.show(progress),
      onNotice: notice,
      onPilot: (pilot) => say(pilotText(pilot)),
      onProgress: (progress) => line?.showStep(progress),
      onDownload: (progress) => line?.showDownload(progress),
      ...(canAnswer() && { onQuestion: askUser }),
    })
    line?.done()
    if (shell.json && !stdoutIsTaken) process.stdout.write(`${JSON.stringify(manifest, undefined, 2)}\n`)
    else process.stderr.write(`${summaryOf(manifest)}\n`)
    return Object.keys(manifest.rows.undecidedReasons).length > 0 ? 1 : 0
  } finally {
    line?.done()
    interrupt.release()
  }
}

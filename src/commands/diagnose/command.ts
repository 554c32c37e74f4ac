// winnow diagnose: does anything but relevance tell generated negatives from mined ones?
import { diagnose } from './diagnose.ts'
import { DIAGNOSE_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { diagnosePage } from './page.ts'
import { onInterrupt } from '../../terminal/interrupt.ts'
import { terminal } from '../../terminal/page.ts'
import { ProgressLine } from '../../terminal/progress.ts'
import { askUser, canAnswer } from '../../terminal/question.ts'

export const diagnoseCommand: CommandSpec = {
  name: 'diagnose',
  arguments: '<rows>',
  summary: 'Says whether texts or an encoder give away which negatives a model wrote.',
  example: ['winnow diagnose grown.jsonl', 'winnow diagnose grown.jsonl --model model/ --html shortcut.html'].join(
    '\n',
  ),
  schema: DIAGNOSE_OPTIONS,
  run: async ([rows = ''], options, shell) => {
    const line = shell.quiet ? undefined : new ProgressLine()
    const notice = (sentence: string) =>
      line ? line.note(`note: ${sentence}`) : process.stderr.write(`note: ${sentence}\n`)
    const interrupt = onInterrupt(notice, 'Nothing was written. Run the same command again.')
    try {
      const report = await diagnose(rows, options, {
        signal: interrupt.signal,
        onNotice: notice,
        ...(line && {
          onProgress: (progress) => line.showStep(progress),
          onDownload: (progress) => line.showDownload(progress),
        }),
        ...(canAnswer() && { onQuestion: askUser }),
      })
      line?.done()
      process.stdout.write(
        shell.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${diagnosePage(report, terminal()).join('\n')}\n`,
      )
      return 0
    } finally {
      line?.done()
      interrupt.release()
    }
  },
}

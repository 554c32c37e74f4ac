// winnow overlap: what of a test collection stands in training rows, and rows without it.
import { overlap } from './overlap.ts'
import { OVERLAP_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { plural } from '../../terminal/format.ts'
import { onInterrupt } from '../../terminal/interrupt.ts'
import { overlapPage } from './page.ts'
import { terminal } from '../../terminal/page.ts'

export const overlapCommand: CommandSpec = {
  name: 'overlap',
  arguments: '<rows> <collection>',
  summary:
    'Says which test queries and judged passages of a collection occur in training rows, and writes rows without them.',
  example: [
    'winnow overlap train.jsonl data/scifact --split test',
    'winnow overlap train.jsonl data/scifact --split test --out clean.jsonl --remove both',
  ].join('\n'),
  schema: OVERLAP_OPTIONS,
  run: async ([rows = '', collection = ''], options, shell) => {
    const note = (sentence: string) => process.stderr.write(`note: ${sentence}\n`)
    const progress = shell.quiet || !process.stderr.isTTY ? undefined : new ReadingLine()
    const interrupt = onInterrupt(() => note('stopping'), 'Nothing was written. Run the same command again.')
    try {
      const report = await overlap(rows, collection, options, {
        signal: interrupt.signal,
        onProgress: ({ done }) => progress?.show(done),
        onNotice: note,
      })
      progress?.clear()
      const isTaken = options['out'] === '-'
      const page = () => `${overlapPage(report, terminal()).join('\n')}\n`
      if (isTaken) process.stderr.write(page())
      else process.stdout.write(shell.json ? `${JSON.stringify(report, undefined, 2)}\n` : page())
      return 0
    } finally {
      progress?.clear()
      interrupt.release()
    }
  },
}

/** How far the reading is, rewritten in place. */
class ReadingLine {
  #last = 0

  show(rows: number): void {
    const now = performance.now()
    if (now - this.#last < 200) return
    this.#last = now
    process.stderr.write(`\r\x1b[2Kcomparing: ${plural(rows, 'row')}`)
  }

  clear(): void {
    process.stderr.write('\r\x1b[2K')
  }
}

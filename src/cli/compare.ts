// winnow compare: did the data get better? Two training files or more, with intervals.
import { compare } from '../run/comparison/compare.ts'
import { COMPARE_OPTIONS } from '../run/comparison/options.ts'
import type { CommandSpec } from './command.ts'
import { comparePage, planLines } from './compare-page.ts'
import { counted, duration, percent } from './format.ts'
import { onInterrupt } from './interrupt.ts'
import { terminal } from './page.ts'
import { TrainLine } from './train-line.ts'

export const compareCommand: CommandSpec = {
  name: 'compare',
  arguments: '<rows...>',
  summary: 'Compares training files by what encoders trained on them find: with intervals and controls.',
  example: [
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact data/cranfield',
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact --html compare.html',
    'winnow compare rows.jsonl --policies rlhn-text,safe --eval data/scifact',
  ].join('\n'),
  schema: COMPARE_OPTIONS,
  run: async (paths, options, shell) => {
    const line = shell.quiet ? undefined : new TrainLine()
    const notice = (sentence: string) => line?.note(`note: ${sentence}`) ?? process.stderr.write(`note: ${sentence}\n`)
    const interrupt = onInterrupt(notice)
    try {
      const report = await compare(paths, options, {
        signal: interrupt.signal,
        onNotice: notice,
        onProgress: ({ what, done, total }) =>
          line?.show(() => `${what}: ${counted(done)}${total > 0 ? ` of ${counted(total)}` : ''}`),
        onPlan: (plan) => {
          for (const sentence of planLines(plan)) line?.note(sentence)
        },
        onTraining: ({ arm, seed, done, total, share, secondsLeft }) =>
          line?.show(() =>
            [
              `training ${done + 1}/${total}`,
              `${arm}, seed ${seed}`,
              percent(share, 0),
              ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
            ].join(' · '),
          ),
      })
      line?.done()
      process.stdout.write(
        shell.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${comparePage(report, terminal()).join('\n')}\n`,
      )
      return 0
    } finally {
      line?.done()
      interrupt.release()
    }
  },
}

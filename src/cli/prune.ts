// winnow prune: which datasets hurt? Each is left out once, with intervals, and the rows of the others are written.
import { prune } from '../run/pruning/prune.ts'
import { PRUNE_OPTIONS } from '../run/pruning/options.ts'
import type { CommandSpec } from './command.ts'
import { counted, duration, percent } from './format.ts'
import { onInterrupt } from './interrupt.ts'
import { terminal } from './page.ts'
import { prunePageLines, prunePlanLines } from './prune-page.ts'
import { TrainLine } from './train-line.ts'

const UNDECIDED = 1

export const pruneCommand: CommandSpec = {
  name: 'prune',
  arguments: '<rows...>',
  summary: 'Leaves each dataset out once, says which ones hurt, and writes the rows of the others.',
  example: [
    'winnow prune fever.jsonl hotpotqa.jsonl eli5.jsonl --eval data/scifact data/cranfield --out kept.jsonl',
    'winnow prune all.jsonl --eval data/scifact --out kept.jsonl --html prune.html',
  ].join('\n'),
  schema: PRUNE_OPTIONS,
  run: async (paths, options, shell) => {
    const line = shell.quiet ? undefined : new TrainLine()
    const notice = (sentence: string) => line?.note(`note: ${sentence}`) ?? process.stderr.write(`note: ${sentence}\n`)
    const interrupt = onInterrupt(notice)
    try {
      const report = await prune(paths, options, {
        signal: interrupt.signal,
        onNotice: notice,
        onProgress: ({ what, done, total }) =>
          line?.show(() => `${what}: ${counted(done)}${total > 0 ? ` of ${counted(total)}` : ''}`),
        onPlan: (plan) => {
          for (const sentence of prunePlanLines(plan)) line?.note(sentence)
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
      const isTaken = options['out'] === '-'
      if (shell.json && !isTaken) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
      else (isTaken ? process.stderr : process.stdout).write(`${prunePageLines(report, terminal()).join('\n')}\n`)
      return report.datasets.some(({ verdict }) => verdict === 'undecided') ? UNDECIDED : 0
    } finally {
      line?.done()
      interrupt.release()
    }
  },
}

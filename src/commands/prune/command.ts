// winnow prune: which datasets hurt? Each is left out once, with intervals, and the rows of the others are written.
import { prune } from './prune.ts'
import { PRUNE_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { prunePageLines, prunePlanLines } from './page.ts'
import { withTrainings } from '../../terminal/trainings.ts'

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
    const report = await withTrainings(shell, (hooks, showPlan) =>
      prune(paths, options, { ...hooks, onPlan: (plan) => showPlan(prunePlanLines(plan)) }),
    )
    const isTaken = options['out'] === '-'
    if (shell.json && !isTaken) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
    else (isTaken ? process.stderr : process.stdout).write(`${prunePageLines(report, terminal()).join('\n')}\n`)
    return report.datasets.some(({ verdict }) => verdict === 'undecided') ? UNDECIDED : 0
  },
}

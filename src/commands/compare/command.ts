// winnow compare: did the data get better? Two training files or more, with intervals.
import { compare } from './compare.ts'
import { COMPARE_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { comparePage, planLines } from './page.ts'
import { terminal } from '../../terminal/page.ts'
import { withTrainings } from '../../terminal/trainings.ts'

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
    const report = await withTrainings(shell, (hooks, showPlan) =>
      compare(paths, options, { ...hooks, onPlan: (plan) => showPlan(planLines(plan)) }),
    )
    process.stdout.write(
      shell.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${comparePage(report, terminal()).join('\n')}\n`,
    )
    return 0
  },
}

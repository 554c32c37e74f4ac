// winnow grow: write hard negatives that break one requirement each, and verify them.
import { methodNamed } from '../../methods/index.ts'
import { grow, GROWING_METHOD, planGrow } from './grow.ts'
import { runOptions } from '../../job/job.ts'
import { report } from '../../terminal/job-report.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { printEstimate } from '../../terminal/summary/estimate.ts'

export const growCommand: CommandSpec = {
  name: 'grow',
  arguments: '<rows>',
  summary:
    'Writes hard negatives for training rows with a language model, verifies them and adds those that stand up to it.',
  example: [
    'winnow grow train.jsonl --out grown.jsonl --writer gpt-4.1 --verifier gpt-4o-mini --limit 200 --dry-run',
    'winnow grow train.jsonl --out grown.jsonl --writer gpt-4.1 --verifier gpt-4o-mini --per-row 3 --max-usd 40',
  ].join('\n'),
  schema: runOptions(methodNamed(GROWING_METHOD)),
  run: async ([rows = ''], options, shell) => {
    if (options['dryRun'] === true) return printEstimate(await planGrow(rows, options), shell)
    return report(shell, (hooks) => grow(rows, options, hooks), options['out'] === '-')
  },
}

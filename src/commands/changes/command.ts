// winnow changes: what a run changed, as text, Markdown or JSON. Free of cost.
import { CHANGES_OPTIONS } from '../../browse/changes/options.ts'
import { flag } from '../../options/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow changes cleaned.jsonl',
    'winnow changes cleaned.jsonl --only relabelled --sample 20',
    'winnow changes cleaned.jsonl --only dropped,undecided --limit 100 --markdown > review.md',
  ].join('\n'),
  schema: {
    ...CHANGES_OPTIONS,
    full: flag({ help: 'show texts in full' }),
    markdown: flag({ help: 'print Markdown' }),
  },
  load: () => import('./work.ts'),
}

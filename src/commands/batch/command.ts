// winnow batch: the jobs of batch APIs that runs have submitted. `list` shows them, `wait` and `import` get their results, `cancel` ends them.
import { mergedSchemas } from '../../options/merged.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { BATCH_OPTIONS } from './options.ts'

export const command: CommandSpec = {
  example: [
    'winnow batch list --ledger out/.winnow/ledger.db',
    'winnow batch wait --ledger out/.winnow/ledger.db',
    'winnow batch cancel gpt-5.4-nano-3f2a91c07d --ledger out/.winnow/ledger.db',
    'winnow batch import results-*.jsonl --ledger out/.winnow/ledger.db',
  ].join('\n'),
  schema: mergedSchemas(BATCH_OPTIONS),
  words: Object.keys(BATCH_OPTIONS),
  load: () => import('./work.ts'),
}

// winnow explain: one row, with every label, snippet, reason and call. Free of cost.
import { APPLY_OPTIONS, CALL_OPTIONS } from '../../job/options.ts'
import { METHODS } from '../../methods/index.ts'
import { flag } from '../../options/options.ts'
import { EXPLAIN_OPTIONS } from '../../browse/explain-options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow explain cleaned.jsonl q-17',
    'winnow explain train.jsonl line:12 --ledger .winnow/ledger.db --replies',
  ].join('\n'),
  schema: { replies: flag({ help: 'print the replies verbatim' }), ...EXPLAIN_OPTIONS },
  // Other options in a manifest, so that it can be the recipe.
  passedOver: [
    'method',
    ...METHODS.flatMap(({ gatherOptions }) => Object.keys(gatherOptions)),
    ...Object.keys({ ...APPLY_OPTIONS, ...CALL_OPTIONS }),
  ],
  load: () => import('./work.ts'),
}

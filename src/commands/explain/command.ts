// winnow explain: one row, every label, snippet, reason and call. Free.
import { METHODS } from '../../methods/index.ts'
import { flag } from '../../options/options.ts'
import { APPLY_OPTIONS } from '../../job/apply.ts'
import { explain, EXPLAIN_OPTIONS } from './explain.ts'
import { CALL_OPTIONS } from '../../job/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { explainPage } from './page.ts'
import { terminal } from '../../terminal/page.ts'

const NARROWEST = 30

export const explainCommand: CommandSpec = {
  name: 'explain',
  arguments: '<rows> <row-id>',
  summary: 'Explains what was decided about one row: labels, evidence, calls. Makes no call.',
  example: [
    'winnow explain cleaned.jsonl q-17',
    'winnow explain train.jsonl line:12 --ledger .winnow/ledger.db --replies',
  ].join('\n'),
  // What a manifest holds besides, so that it can be the recipe.
  passedOver: [
    'method',
    ...METHODS.flatMap(({ gatherOptions }) => Object.keys(gatherOptions)),
    ...Object.keys({ ...APPLY_OPTIONS, ...CALL_OPTIONS }),
  ],
  schema: { replies: flag({ help: 'print the replies as they came' }), ...EXPLAIN_OPTIONS },
  run: async ([rows = '', row = ''], { replies, ...options }, shell) => {
    const explanation = await explain(rows, row, options)
    const text = shell.json
      ? JSON.stringify(explanation, undefined, 2)
      : explainPage(explanation, terminal(NARROWEST), replies === true).join('\n')
    process.stdout.write(`${text}\n`)
    return 0
  },
}

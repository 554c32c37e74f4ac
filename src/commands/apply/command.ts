// winnow apply: decide again from stored evidence, with another policy, for free.
import { apply, APPLY_OPTIONS } from '../../job/apply.ts'
import { METHODS } from '../../methods/index.ts'
import { CALL_OPTIONS } from '../../job/options.ts'
import { report } from '../../terminal/job-report.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const applyCommand: CommandSpec = {
  name: 'apply',
  arguments: '<rows>',
  summary: 'Decides again from the replies in the ledger, with another policy. Makes no call.',
  example: 'winnow apply train.jsonl --out other.jsonl --preset rlhn-code',
  schema: APPLY_OPTIONS,
  passedOver: [
    'method',
    ...METHODS.flatMap(({ gatherOptions }) => Object.keys(gatherOptions)),
    ...Object.keys(CALL_OPTIONS),
  ],
  run: ([rows = ''], options, shell) => report(shell, (hooks) => apply(rows, options, hooks), options['out'] === '-'),
}

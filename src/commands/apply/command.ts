// winnow apply: decide again from stored evidence, with another policy, for free.
import { APPLY_OPTIONS, CALL_OPTIONS } from '../../job/options.ts'
import { METHODS } from '../../methods/index.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow apply train.jsonl --out other.jsonl --preset rlhn-code',
    'winnow apply train.jsonl --out other.jsonl --policy measured --gold gold.jsonl',
  ].join('\n'),
  schema: APPLY_OPTIONS,
  passedOver: [
    'method',
    ...METHODS.flatMap(({ gatherOptions }) => Object.keys(gatherOptions)),
    ...Object.keys(CALL_OPTIONS),
  ],
  load: () => import('./work.ts'),
}

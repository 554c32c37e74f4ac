// winnow convert: rows in another format or container.
import type { CommandSpec } from '../../terminal/command.ts'
import { CONVERT_OPTIONS } from './options.ts'

export const command: CommandSpec = {
  example: [
    'winnow convert triplets.jsonl --to bge --out rows.jsonl',
    'winnow convert rows.jsonl --to ms-swift --positives unroll --out swift.jsonl',
    'winnow convert rows.jsonl --to st-triplet+parquet --out triplets/',
  ].join('\n'),
  schema: CONVERT_OPTIONS,
  load: () => import('./work.ts'),
}

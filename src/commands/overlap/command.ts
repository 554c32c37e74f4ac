// winnow overlap: which parts of a test collection occur in training rows, and rows without them.
import { OVERLAP_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow overlap train.jsonl data/scifact --split test',
    'winnow overlap train.jsonl data/scifact --split test --out clean.jsonl --remove both',
  ].join('\n'),
  schema: OVERLAP_OPTIONS,
  load: () => import('./work.ts'),
}

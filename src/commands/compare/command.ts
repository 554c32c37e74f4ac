// winnow compare: did the data get better? Compares two or more training files, with intervals.
import { COMPARE_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact data/cranfield',
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact --html compare.html',
    'winnow compare rows.jsonl --policies rlhn-text,safe --eval data/scifact',
  ].join('\n'),
  schema: COMPARE_OPTIONS,
  load: () => import('./work.ts'),
}

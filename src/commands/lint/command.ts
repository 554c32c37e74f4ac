// winnow lint: what a trainer would stop at, or read as something else.
import type { CommandSpec } from '../../terminal/command.ts'
import { LINT_OPTIONS } from './options.ts'

export const command: CommandSpec = {
  example: [
    'winnow lint triplets.jsonl --for sentence-transformers:mnrl',
    'winnow lint rows.jsonl --for flagembedding --fix --out mended.jsonl',
    'winnow lint rows.jsonl --for tevatron --for ms-swift --json',
  ].join('\n'),
  schema: LINT_OPTIONS,
  load: () => import('./work.ts'),
}

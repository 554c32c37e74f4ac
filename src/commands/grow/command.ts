// winnow grow: writes hard negatives that each break one requirement, and verifies them.
import { GROW_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow grow train.jsonl --out grown.jsonl --writer gpt-4.1 --verifier gpt-4o-mini --limit 200 --dry-run',
    'winnow grow train.jsonl --out grown.jsonl --writer gpt-4.1 --verifier gpt-4o-mini --per-row 3 --max-usd 40',
  ].join('\n'),
  schema: GROW_OPTIONS,
  load: () => import('./work.ts'),
}

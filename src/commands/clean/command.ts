// winnow clean: find false negatives and relabel or remove them.
import { CLEAN_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow clean train.jsonl --out cleaned.jsonl --screen gpt-4o-mini --judge gpt-4o --limit 200 --dry-run',
    'winnow clean train.jsonl --out cleaned.jsonl --screen gpt-4o-mini --judge gpt-4o --max-usd 40',
    'winnow clean train.jsonl --out cleaned.jsonl --method arhn --judge Qwen/Qwen3-32B@http://localhost:8000/v1',
    'winnow clean train.jsonl --out cleaned.jsonl --method percpos --scorer hf:models/reranker',
    'winnow clean train.jsonl --out cleaned.jsonl --judge local --trainer tevatron',
    'winnow clean train.jsonl --out cleaned.jsonl --judge gpt-4o --policy measured --gold gold.jsonl',
  ].join('\n'),
  schema: CLEAN_OPTIONS,
  chosenBy: 'method',
  load: () => import('./work.ts'),
}

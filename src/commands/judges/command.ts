// winnow judges: which judge can be trusted with these rows, for what money, and to do what?
import { JUDGES_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow judges train.jsonl --gold gold.jsonl --judge gpt-4o-mini --judge Qwen/Qwen3-32B@http://localhost:8000/v1',
    'winnow judges train.jsonl --gold gold.jsonl --judge local --judge hf:models/reranker --max-usd 5 --html judges.html',
    'winnow judges train.jsonl --gold qrels.txt --relevance-level 2 --judge labels:gpt-4o.txt --judge bm25',
  ].join('\n'),
  schema: JUDGES_OPTIONS,
  load: () => import('./work.ts'),
}

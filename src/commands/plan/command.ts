// winnow plan: what a run will ask, cost and take, before it is paid for.
import { PLAN_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow plan "rows/*.parquet" --screen gpt-5.4-nano --judge gpt-5.4-mini --batch',
    'winnow plan train.jsonl --screen gpt-5.4-nano --judge gpt-5.4-mini --batch --pilot 100 --max-usd 2',
    'winnow plan train.jsonl --method arhn --judge Qwen/Qwen3-32B@http://localhost:8000/v1 --tokenizer models/Qwen3-32B --pilot 50',
    'winnow plan train.jsonl --method causalneg --writer gpt-4.1 --verifier gpt-4o-mini',
    'winnow plan --papers --screen gpt-5.4-nano --judge gpt-5.4-mini',
  ].join('\n'),
  schema: PLAN_OPTIONS,
  chosenBy: 'method',
  load: () => import('./work.ts'),
}

// winnow publish: rows as a data set on the Hugging Face hub.
import type { CommandSpec } from '../../terminal/command.ts'
import { PUBLISH_OPTIONS } from './options.ts'

export const command: CommandSpec = {
  example: [
    'winnow publish cleaned.jsonl hf://datasets/me/cleaned --dry-run',
    'winnow publish cleaned.jsonl hf://datasets/me/cleaned --private --license cc-by-4.0',
    'winnow publish folder/ hf://datasets/me/cleaned --token-from-env MY_TOKEN',
  ].join('\n'),
  schema: PUBLISH_OPTIONS,
  load: () => import('./work.ts'),
}

// winnow init: writes winnow.yaml for the file at hand.
import type { CommandSpec } from '../../terminal/command.ts'
import { INIT_OPTIONS } from './options.ts'

export const command: CommandSpec = {
  example: ['winnow init train.jsonl', 'winnow clean train.jsonl --limit 200 --dry-run'].join('\n'),
  schema: INIT_OPTIONS,
  load: () => import('./work.ts'),
}

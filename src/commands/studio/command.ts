// winnow studio: a page on this machine to read a run, try other policies, and audit a sample.
import type { CommandSpec } from '../../terminal/command.ts'
import { STUDIO_OPTIONS } from './options.ts'

export const command: CommandSpec = {
  example: ['winnow studio cleaned.jsonl', 'winnow studio compare.json --port 8080 --no-open'].join('\n'),
  schema: STUDIO_OPTIONS,
  load: () => import('./work.ts'),
}

// winnow diagnose: does anything besides relevance distinguish generated negatives from mined ones?
import { DIAGNOSE_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: ['winnow diagnose grown.jsonl', 'winnow diagnose grown.jsonl --model model/ --html shortcut.html'].join(
    '\n',
  ),
  schema: DIAGNOSE_OPTIONS,
  load: () => import('./work.ts'),
}

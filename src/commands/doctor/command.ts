// winnow doctor: what is wrong with this file? Free of cost, and for people to read.
import { DOCTOR_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow doctor train.jsonl',
    'winnow doctor train.jsonl.gz --known qrels/train.tsv --json',
    'winnow doctor hf://datasets/me/rows --strict',
    'winnow doctor train.jsonl --fix --out mended.jsonl',
  ].join('\n'),
  schema: DOCTOR_OPTIONS,
  load: () => import('./work.ts'),
}

// winnow train: trains an encoder on rows, on this machine, in seconds to minutes.
import { TRAIN_OPTIONS } from '../../train/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow train train.jsonl --out model/',
    'winnow train train.jsonl --out model/ --dev data/fiqa:dev --epochs 4',
    'winnow train train.jsonl --base hf:intfloat/e5-small-v2 --out model/',
    'winnow eval model/ data/scifact',
  ].join('\n'),
  schema: TRAIN_OPTIONS,
  load: () => import('./work.ts'),
}

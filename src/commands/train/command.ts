// winnow train: trains an encoder on rows, on this machine, in seconds to minutes; or fine-tunes a model with PyTorch.
import { mergedSchemas } from '../../options/merged.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { TRAIN_OPTIONS } from '../../train/options.ts'
import { TORCH_OPTIONS } from '../../train/torch/options.ts'
import { RECIPE_OPTIONS } from '../../train/torch/recipes.ts'

export const command: CommandSpec = {
  example: [
    'winnow train train.jsonl --out model/',
    'winnow train train.jsonl --out model/ --dev data/fiqa:dev --epochs 4',
    'winnow train train.jsonl --base hf:intfloat/e5-small-v2 --out model/',
    'winnow train train.jsonl --out model/ --recipe e5-base',
    'winnow eval model/ data/scifact',
  ].join('\n'),
  schema: mergedSchemas({ winnow: TRAIN_OPTIONS, torch: TORCH_OPTIONS }),
  recipes: RECIPE_OPTIONS,
  chosenBy: 'engine',
  load: () => import('./work.ts'),
}

// winnow prune: which datasets hurt? Each is left out once, with intervals, and the rows of the others are written.
import { PRUNE_OPTIONS } from './options.ts'
import { mergedSchemas } from '../../options/merged.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { RECIPE_OPTIONS } from '../../train/torch/recipes.ts'

export const command: CommandSpec = {
  example: [
    'winnow prune fever.jsonl hotpotqa.jsonl eli5.jsonl --eval data/scifact data/cranfield --out kept.jsonl',
    'winnow prune all.jsonl --eval data/scifact --out kept.jsonl --html prune.html',
  ].join('\n'),
  schema: mergedSchemas(PRUNE_OPTIONS),
  recipes: RECIPE_OPTIONS,
  chosenBy: 'engine',
  load: () => import('./work.ts'),
}

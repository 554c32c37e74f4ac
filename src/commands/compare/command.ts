// winnow compare: did the data get better? Compares two or more training files, with intervals.
import { COMPARE_OPTIONS } from './options.ts'
import { mergedSchemas } from '../../options/merged.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { RECIPE_OPTIONS } from '../../train/torch/recipes.ts'

export const command: CommandSpec = {
  example: [
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact data/cranfield',
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact --html compare.html',
    'winnow compare rows.jsonl --policies rlhn-text,safe --eval data/scifact',
    'winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact --recipe reranker-minilm --base models/MiniLM',
  ].join('\n'),
  schema: mergedSchemas(COMPARE_OPTIONS),
  recipes: RECIPE_OPTIONS,
  // Of the manifest of a training.
  passedOver: ['out', 'diagnose'],
  chosenBy: 'engine',
  load: () => import('./work.ts'),
}

// winnow mine: hard negatives for the queries of a collection, or for existing rows.
import { MINE_OPTIONS } from '../../mining/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow mine data/scifact --split train --out rows.jsonl',
    'winnow mine data/scifact --split train --out rows.jsonl --share 90% --depth 50 --dry-run',
    'winnow mine train.jsonl --corpus data/scifact --out rows.jsonl --rescore hf:models/reranker --trainer flagembedding',
  ].join('\n'),
  schema: MINE_OPTIONS,
  load: () => import('./work.ts'),
}

// winnow eval: how good is a retriever, or a run, on a test collection?
import { EVAL_OPTIONS } from './options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow eval bm25 data/scifact --split test',
    'winnow eval bm25 data/scifact data/cranfield --measures "nDCG@10 AP@1000" --run-out "runs/{collection}.trec"',
    'winnow eval bm25 data/scifact --rerank hf:models/reranker --depth 100',
    'winnow eval model/ --suite nanobeir --root data/nanobeir --mteb results',
    'winnow eval --run run.trec --qrels data/scifact/qrels/test.tsv --per-query --json',
    'winnow eval --run run.trec data/scifact',
  ].join('\n'),
  schema: EVAL_OPTIONS,
  load: () => import('./work.ts'),
}

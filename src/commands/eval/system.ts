// The system to evaluate: a retriever, optionally followed by a reranker.
import { openScorer } from '../../encoders/models.ts'
import { modelOptionsOf } from '../../encoders/open-options.ts'
import { openRetriever } from '../../search/open.ts'
import { rerankedBy } from '../../search/rerank.ts'
import type { Retriever } from '../../search/retriever.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { EvalValues } from './options.ts'

/** The system with its name: `bm25`, or `bm25 > hf:models/reranker`. */
export type System = Pick<Retriever, 'name' | 'open' | 'close'>

/** @throws UsageError if a model is not available */
export async function openSystem(spec: string, values: EvalValues, hooks: Hooks): Promise<System> {
  const models = modelOptionsOf({}, hooks)
  const { tokenizer, bm25K1, bm25B, search, rrfK } = values
  const retriever = await openRetriever(spec, { tokenizer, bm25K1, bm25B, search, rrfK, models }, hooks.env)
  if (values.rerank === undefined) return retriever
  try {
    const scorer = await openScorer(values.rerank, hooks.env, models)
    return {
      name: `${retriever.name} > ${scorer.name}`,
      open: async (store, searchHooks) =>
        rerankedBy(await retriever.open(store, searchHooks), scorer, store, values.rerankDepth),
      close: async () => {
        await scorer.close()
        await retriever.close()
      },
    }
  } catch (error) {
    await retriever.close()
    throw error
  }
}

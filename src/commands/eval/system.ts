// The system to evaluate: a retriever, optionally followed by a reranker.
import { openScorer } from '../../encoders/models.ts'
import { modelOptionsOf } from '../../encoders/open-options.ts'
import type { RetrievalTask } from '../../encoders/prompts.ts'
import type { Scorer } from '../../encoders/scorer.ts'
import { openRetriever } from '../../search/open.ts'
import type { Retriever } from '../../search/retriever.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { EvalValues } from './options.ts'

export interface System {
  /** `bm25`, or `bm25 > hf:models/reranker`. */
  name: string
  retriever: Retriever
  scorer: Scorer | undefined
  close(): Promise<void>
}

/** @param task chooses among a model's prompts @throws UsageError if a model is not available */
export async function openSystem(
  spec: string,
  values: EvalValues,
  hooks: Hooks,
  task?: RetrievalTask,
): Promise<System> {
  const models = { ...modelOptionsOf({}, hooks), task }
  const { tokenizer, bm25K1, bm25B, search, rrfK } = values
  const retriever = await openRetriever(spec, { tokenizer, bm25K1, bm25B, search, rrfK, models }, hooks.env)
  if (values.rerank === undefined) {
    return { name: retriever.name, retriever, scorer: undefined, close: () => retriever.close() }
  }
  try {
    const scorer = await openScorer(values.rerank, hooks.env, models)
    return {
      name: `${retriever.name} > ${scorer.name}`,
      retriever,
      scorer,
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

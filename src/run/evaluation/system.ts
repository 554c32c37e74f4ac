// What is evaluated: a retriever, with a reranker behind it where one was named.
import { bm25Retriever } from '../../retrieval/bm25/bm25.ts'
import type { Retriever } from '../../retrieval/retriever.ts'
import type { EvalHooks } from './hooks.ts'
import type { EvalValues } from './options.ts'

export type System = Pick<Retriever, 'name' | 'open' | 'close'>

/** @throws UsageError when a model cannot be had */
export async function openSystem(spec: string, values: EvalValues, hooks: EvalHooks): Promise<System> {
  return bm25Retriever({ tokenizer: values.tokenizer, k1: values.bm25K1, b: values.bm25B })
}

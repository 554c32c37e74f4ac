// The contract of retrievers, tested for every one that Winnow has.
import { scorerOf } from '../../src/encoders/encoder-scorer.ts'
import { bm25Retriever } from '../../src/search/bm25/bm25.ts'
import { denseRetriever } from '../../src/search/dense/dense.ts'
import { fusedRetriever } from '../../src/search/fusion.ts'
import { rerankedBy } from '../../src/search/rerank.ts'
import type { Retriever } from '../../src/search/retriever.ts'
import { fakeEncoder } from '../support/encoder.ts'
import { describeRetriever } from './retriever.contract.ts'

describeRetriever('bm25', () => bm25Retriever({ threads: 1 }))

describeRetriever('dense, exact', () => denseRetriever(fakeEncoder(16), 'exact'))

describeRetriever('dense, by a graph', () => denseRetriever(fakeEncoder(16), 'hnsw'))

describeRetriever('fused', () => fusedRetriever([bm25Retriever({ threads: 1 }), denseRetriever(fakeEncoder(16))]))

describeRetriever('reranked', (): Retriever => {
  const inner = bm25Retriever({ threads: 1 })
  const scorer = scorerOf(fakeEncoder(16))
  return { ...inner, open: async (store, hooks) => rerankedBy(await inner.open(store, hooks), scorer, store, 20) }
})

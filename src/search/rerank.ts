// Adds a reranker to a searcher: it reads the query with each of the first documents and reorders them.
import { contentsOf } from '../collections/collection.ts'
import { UsageError } from '../base/errors.ts'
import { sortHits } from './hits.ts'
import type { DocumentStore, Hit, Searcher } from './retriever.ts'
import type { Scorer } from '../encoders/scorer.ts'

/** Queries sent to the scorer at a time. */
export const RERANKED_AT_ONCE = 8

/** Orders documents again by the scores of a reranker. */
export type Rerank = (query: string, hits: readonly Hit[], signal?: AbortSignal) => Promise<Hit[]>

export function rerankBy(scorer: Scorer, store: DocumentStore): Rerank {
  return async (query, hits, signal) => {
    if (hits.length === 0) return []
    const passages = hits.map(({ id }) => contentsOf(store.document(id) ?? { text: '' }))
    const scores = await scorer.score(query, passages, signal)
    checkScores(scores, hits, scorer)
    return sortHits(
      store,
      hits.map(({ id }, at) => ({ id, score: scores[at] as number })),
    )
  }
}

/**
 * Rescores the first `depth` documents that a searcher finds. The rest is dropped, because its scores are not comparable. Closing it closes
 * the searcher, but not the scorer.
 */
export function rerankedBy(searcher: Searcher, scorer: Scorer, store: DocumentStore, depth: number): Searcher {
  const rerank = rerankBy(scorer, store)
  return {
    async search(queries, wanted, signal) {
      const found = await searcher.search(queries, depth, signal)
      const reranked: Hit[][] = []
      for (let start = 0; start < queries.length; start += RERANKED_AT_ONCE) {
        signal?.throwIfAborted()
        const some = queries.slice(start, start + RERANKED_AT_ONCE)
        reranked.push(...(await Promise.all(some.map(({ text }, at) => rerank(text, found[start + at] ?? [], signal)))))
      }
      return reranked.map((hits) => hits.slice(0, wanted))
    },
    close: () => searcher.close(),
  }
}

function checkScores(scores: readonly number[], hits: readonly Hit[], scorer: Scorer): void {
  if (scores.length !== hits.length) {
    throw new UsageError(`${scorer.name} returned ${scores.length} scores for ${hits.length} passages`)
  }
  const at = scores.findIndex((score) => !Number.isFinite(score))
  if (at !== -1)
    throw new UsageError(`${scorer.name} returned the score ${scores[at]} for document ${JSON.stringify(hits[at]?.id)}`)
}

// Searches the queries of a collection in batches, and writes the results as a run if requested.
import type { Hooks } from '../base/hooks.ts'
import type { OpenedCollection } from '../collections/open.ts'
import type { QueryResults } from './ranked.ts'
import type { RunWriter } from './run-writer.ts'
import { RERANKED_AT_ONCE, type Rerank } from '../search/rerank.ts'
import type { Hit, Searcher } from '../search/retriever.ts'

const AT_ONCE = 256

export type Results = AsyncIterable<QueryResults> | Iterable<QueryResults>

/** Yields what a searcher finds for each query, in the order of the queries. */
export async function* searchAll(
  searcher: Searcher,
  { queries, ignoresIdenticalIds }: Pick<OpenedCollection, 'queries' | 'ignoresIdenticalIds'>,
  depth: number,
  { signal, onProgress }: Hooks,
): AsyncGenerator<QueryResults> {
  // One more is requested if one may be dropped, so that enough remain.
  const wanted = ignoresIdenticalIds ? depth + 1 : depth
  for (let start = 0; start < queries.length; start += AT_ONCE) {
    signal?.throwIfAborted()
    const some = queries.slice(start, start + AT_ONCE)
    const found = await searcher.search(some, wanted, signal)
    for (const [index, { id }] of some.entries()) {
      const hits = (found[index] as Hit[]).filter((hit) => !ignoresIdenticalIds || hit.id !== id).slice(0, depth)
      yield { query: id, documents: hits.map((hit) => hit.id), scores: hits.map((hit) => hit.score) }
    }
    onProgress?.({ what: 'searching', done: start + some.length, total: queries.length })
  }
}

/** Yields the results in another order: that of a reranker, which reads each query with its documents. */
export async function* rerankAll(
  results: Results,
  rerank: Rerank,
  { queries }: Pick<OpenedCollection, 'queries'>,
  { signal, onProgress }: Hooks,
): AsyncGenerator<QueryResults> {
  const texts = new Map(queries.map(({ id, text }) => [id, text]))
  let done = 0
  for await (const some of batchesOf(results, RERANKED_AT_ONCE)) {
    signal?.throwIfAborted()
    const ranked = some.map(({ query, documents, scores }) => {
      const hits = documents.map((id, at) => ({ id, score: scores[at] as number }))
      return rerank(texts.get(query) as string, hits, signal)
    })
    for (const [at, hits] of (await Promise.all(ranked)).entries()) {
      const { query } = some[at] as QueryResults
      yield { query, documents: hits.map(({ id }) => id), scores: hits.map(({ score }) => score) }
    }
    done += some.length
    onProgress?.({ what: 'reranking queries', done, total: queries.length })
  }
}

async function* batchesOf<T>(items: AsyncIterable<T> | Iterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Passes results on and keeps them. */
export async function* kept(results: AsyncIterable<QueryResults>, list: QueryResults[]): AsyncGenerator<QueryResults> {
  for await (const each of results) {
    list.push(each)
    yield each
  }
}

/** Passes on the first documents of each query. */
export async function* firstOf(results: AsyncIterable<QueryResults>, depth: number): AsyncGenerator<QueryResults> {
  for await (const { query, documents, scores } of results) {
    yield { query, documents: documents.slice(0, depth), scores: Array.from(scores).slice(0, depth) }
  }
}

/** Passes results on and writes them. */
export async function* written(results: AsyncIterable<QueryResults>, writer: RunWriter): AsyncGenerator<QueryResults> {
  for await (const each of results) {
    await writer.write(each)
    yield each
  }
}

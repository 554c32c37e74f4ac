// Searches the queries of a collection in batches, and writes the results as a run if requested.
import type { Hooks } from '../../base/hooks.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import type { QueryResults } from '../../evaluate/ranked.ts'
import type { RunWriter } from '../../evaluate/run-writer.ts'
import type { Hit, Searcher } from '../../search/retriever.ts'

const AT_ONCE = 256

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

/** Passes results on and writes them. */
export async function* written(results: AsyncIterable<QueryResults>, writer: RunWriter): AsyncGenerator<QueryResults> {
  for await (const each of results) {
    await writer.write(each)
    yield each
  }
}

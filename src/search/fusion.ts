// Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): a document's score is the sum of 1 / (k + rank) over retrievers.
import { sortHits } from './hits.ts'
import type { DocumentStore, Hit, Retriever, Searcher } from './retriever.ts'

/** As in the paper. */
export const RRF_K = 60
/** Each retriever is asked for at least this many, so that the first results do not depend on how many are requested. */
const LEAST_DEPTH = 1000

/**
 * Combines several retrievers into one. Closing it closes them.
 * @param k how little the very first ranks stand out
 */
export function fusedRetriever(retrievers: readonly Retriever[], k: number = RRF_K): Retriever {
  return {
    name: retrievers.map(({ name }) => name).join('+'),
    identity: `rrf-1 k=${k} ${retrievers.map(({ identity }) => `(${identity})`).join(' ')}`,
    scoresAreRanks: true,
    async open(store, hooks) {
      const searchers: Searcher[] = []
      try {
        for (const retriever of retrievers) searchers.push(await retriever.open(store, hooks))
      } catch (error) {
        await closeAll(searchers)
        throw error
      }
      return fusedSearcher(store, searchers, k)
    },
    close: () => closeAll(retrievers),
  }
}

function fusedSearcher(store: DocumentStore, searchers: readonly Searcher[], k: number): Searcher {
  return {
    async search(queries, depth, signal) {
      const found: Hit[][][] = []
      for (const searcher of searchers) {
        found.push(await searcher.search(queries, Math.max(depth, LEAST_DEPTH), signal))
      }
      return queries.map((_query, at) =>
        sortHits(
          store,
          fuse(
            found.map((each) => each[at] ?? []),
            k,
          ),
        ).slice(0, depth),
      )
    },
    close: () => closeAll(searchers),
  }
}

/** Returns the fused scores of all documents in the rankings, in no order. */
function fuse(rankings: readonly (readonly Hit[])[], k: number): Hit[] {
  const scores = new Map<string, number>()
  for (const ranking of rankings) {
    ranking.forEach(({ id }, at) => scores.set(id, (scores.get(id) ?? 0) + 1 / (k + at + 1)))
  }
  return Array.from(scores, ([id, score]) => ({ id, score }))
}

/** Closes all of them, even if some fail. */
async function closeAll(all: readonly { close(): Promise<void> }[]): Promise<void> {
  const ended = await Promise.allSettled(all.map((each) => each.close()))
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}

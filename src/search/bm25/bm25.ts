// BM25 as a retriever: an index on disk beside the documents, searched by several threads.
import type { Hooks } from '../../base/hooks.ts'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Query } from '../../collections/collection.ts'
import { hitsOf, ordinalIn } from '../hits.ts'
import type { DocumentStore, Retriever, Searcher } from '../retriever.ts'
import { buildFile } from '../store/build-file.ts'
import { threadPool } from '../../base/thread-pool.ts'
import type { Ranking } from '../top.ts'
import { buildIndex, INDEX_VERSION } from './build.ts'
import { readLengths } from './index-file.ts'
import type { Bm25Settings } from './score.ts'
import type { SearchData, SearchResult, SearchTask } from './search-thread.ts'
import type { TokenizerName } from './tokenizers.ts'

export interface Bm25Options extends Bm25Settings {
  tokenizer: TokenizerName
  /** How many queries are searched at once. Default: one per processor, at most 8. */
  threads?: number
}

/** The values of FTS5's own bm25(). */
export const BM25_DEFAULTS = { tokenizer: 'english', k1: 1.2, b: 0.75 } as const satisfies Bm25Options

/** Queries per thread task. */
const TASK = 16

/**
 * Creates a BM25 retriever over title and text. A term repeated in a query counts once, as in Okapi's with k3 = 0. A term in at least half
 * of the documents has almost no weight. Needs 4 bytes of memory per document, and the index on disk.
 */
export function bm25Retriever(options: Partial<Bm25Options> = {}): Retriever {
  const { tokenizer, k1, b, threads } = { ...BM25_DEFAULTS, threads: Math.min(8, availableParallelism()), ...options }
  return {
    name: 'bm25',
    identity: `bm25-${INDEX_VERSION} tokenizer=${tokenizer} k1=${k1} b=${b}`,
    async open(store, hooks: Hooks = {}) {
      const path = join(store.folder, `bm25-${tokenizer}-${INDEX_VERSION}.db`)
      await buildFile(path, (temporary) => buildIndex(temporary, store, tokenizer, hooks))
      return searcherOver(store, { path, tokenizer, settings: { k1, b }, ...readLengths(path) }, threads)
    },
    close: async () => undefined,
  }
}

function searcherOver(store: DocumentStore, data: SearchData, threads: number): Searcher {
  // The thread's file is TypeScript in a clone and JavaScript in the package, like this file.
  const url = new URL(import.meta.url.replace(/bm25(\.\w+)$/, 'search-thread$1'))
  const pool = threadPool<SearchTask, SearchResult>(url, data, threads)
  return {
    async search(queries, depth, signal) {
      const found = inTasks(queries).map(async (texts) => {
        const rankings = (await pool.run({ queries: texts, depth }, signal)) as Ranking[]
        return rankings.map((ranking) => hitsOf(store, ranking))
      })
      return (await Promise.all(found)).flat()
    },
    async scoresOf({ text }, ids, signal) {
      if (ids.length === 0) return []
      const ordinals = ids.map((id) => ordinalIn(store, id))
      return (await pool.run({ query: text, ordinals }, signal)) as number[]
    },
    close: () => pool.close(),
  }
}

function inTasks(queries: readonly Query[]): string[][] {
  const count = Math.ceil(queries.length / TASK)
  return Array.from({ length: count }, (_each, at) => queries.slice(at * TASK, (at + 1) * TASK).map(({ text }) => text))
}

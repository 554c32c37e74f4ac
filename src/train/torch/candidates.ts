// The documents that a reranker reorders to choose the epoch by a collection: what BM25 finds first.
import { cacheFolder } from '../../base/cache.ts'
import type { Hooks } from '../../base/hooks.ts'
import { contentsOf, type Document } from '../../collections/collection.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { searchAll } from '../../evaluate/search.ts'
import { bm25Retriever } from '../../search/bm25/bm25.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { CANDIDATES } from '../development-set.ts'
import type { TrainingSet } from '../training-set.ts'

/**
 * Returns numbers of texts for each query of a collection, each once.
 * @param set has the documents of the collection among its texts
 */
export async function candidatesOf(collection: OpenedCollection, set: TrainingSet, hooks: Hooks): Promise<number[][]> {
  const store = await openDocumentStore(collection.corpus, cacheFolder('indexes', hooks.env), hooks)
  try {
    const searcher = await bm25Retriever().open(store, hooks)
    try {
      const found: number[][] = []
      for await (const { documents } of searchAll(searcher, collection, CANDIDATES, hooks)) {
        const texts = documents.map((id) => set.addPassage(contentsOf(store.document(id) as Document)))
        found.push([...new Set(texts)])
      }
      return found
    } finally {
      await searcher.close()
    }
  } finally {
    store.close()
  }
}

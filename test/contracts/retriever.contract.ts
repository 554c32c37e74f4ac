// What every retriever must do: find the best documents of each query in one order, and the same ones however it is asked.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Document } from '../../src/collections/collection.ts'
import type { Retriever } from '../../src/search/retriever.ts'
import { openDocumentStore } from '../../src/search/store/document-store.ts'
import { corpusOf } from '../support/corpus.ts'
import { tempDir } from '../support/files.ts'

const WORDS = ['cat', 'dog', 'rain', 'ship', 'harbour', 'winter', 'garden']
/** Some are the same, so that scores are tied; one has no text. */
const DOCUMENTS: Document[] = [
  { id: 'empty', text: '' },
  ...Array.from({ length: 60 }, (_, at) => ({
    id: `d${at}`,
    ...(at % 3 === 0 && { title: `About ${WORDS[at % 7]}` }),
    text: WORDS.filter((_word, word) => (at >> (word % 4)) % 2 === word % 2).join(' ') || 'nothing else',
  })),
]
const QUERIES = ['cat', 'ship harbour', 'dog in the rain', 'About cat', 'winter garden', 'unheard of'].map(
  (text, at) => ({
    id: `q${at}`,
    text,
  }),
)
const [query] = QUERIES as [(typeof QUERIES)[number]]

export function describeRetriever(name: string, open: () => Retriever | Promise<Retriever>): void {
  const opened = async ({ documents = DOCUMENTS, folder = tempDir() } = {}) => {
    const store = await openDocumentStore(corpusOf(documents), folder)
    const retriever = await open()
    const searcher = await retriever.open(store)
    onTestFinished(async () => {
      await searcher.close()
      await retriever.close()
      store.close()
    })
    return { store, retriever, searcher }
  }

  describe(name, () => {
    test('finds at most so many documents, best first, equal scores in the order of the corpus', async () => {
      const { store, searcher } = await opened()
      for (const depth of [0, 1, 5, 100]) {
        const found = await searcher.search(QUERIES, depth)
        expect(found).toHaveLength(QUERIES.length)
        for (const hits of found) {
          const places = hits.map(({ id, score }) => ({ score, ordinal: store.ordinalOf(id) as number }))
          expect(hits.length).toBeLessThanOrEqual(depth)
          expect(places.every(({ score, ordinal }) => Number.isFinite(score) && ordinal >= 0)).toBe(true)
          expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length)
          expect(places).toEqual(places.toSorted((a, b) => b.score - a.score || a.ordinal - b.ordinal))
        }
      }
      expect((await searcher.search([query], 5))[0]).toHaveLength(5)
    })

    test('finds the same for fewer documents, for one query alone, again, and when it is opened again', async () => {
      const folder = tempDir()
      const { retriever, searcher } = await opened({ folder })
      const found = await searcher.search(QUERIES, 10)
      expect(await searcher.search(QUERIES, 4)).toEqual(found.map((hits) => hits.slice(0, 4)))
      for (const [at, each] of QUERIES.entries()) expect(await searcher.search([each], 10)).toEqual([found[at]])
      expect(await Promise.all(QUERIES.map((each) => searcher.search([each], 10)))).toEqual(found.map((hits) => [hits]))
      const again = await opened({ folder })
      expect([again.retriever.name, again.retriever.identity]).toEqual([retriever.name, retriever.identity])
      expect(await again.searcher.search(QUERIES, 10)).toEqual(found)
    })

    test('finds nothing for an empty query, for none, and in a corpus without documents', async () => {
      const { searcher } = await opened()
      const blanks = ['', ' \n'].map((text, at) => ({ id: `b${at}`, text }))
      expect(await searcher.search([blanks[0]!, query, blanks[1]!], 3)).toMatchObject([[], { length: 3 }, []])
      expect(await searcher.search([], 3)).toEqual([])
      expect(await (await opened({ documents: [] })).searcher.search([query], 3)).toEqual([[]])
    })

    test('gives named documents the scores that a search gives them, where it scores them at all', async () => {
      const { searcher } = await opened()
      if (searcher.scoresOf === undefined) return
      const ids = DOCUMENTS.map(({ id }) => id).toReversed()
      for (const [at, hits] of (await searcher.search(QUERIES, ids.length)).entries()) {
        const scores = new Map(hits.map(({ id, score }) => [id, score]))
        expect(await searcher.scoresOf(QUERIES[at]!, ids)).toEqual(ids.map((id) => scores.get(id) ?? 0))
      }
      expect(await searcher.scoresOf(query, [])).toEqual([])
      expect(await searcher.scoresOf({ id: 'b', text: '' }, ['d1'])).toEqual([0])
      await expect(searcher.scoresOf(query, ['nobody'])).rejects.toThrow('no document "nobody"')
    })

    test('a signal stops it', async () => {
      const { searcher } = await opened()
      await expect(searcher.search(QUERIES, 3, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    })
  })
}

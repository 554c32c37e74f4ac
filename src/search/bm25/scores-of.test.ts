import { array, assert, asyncProperty, constantFrom, uniqueArray } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { corpusOf } from '../../../test/support/corpus.ts'
import { tempDir } from '../../../test/support/files.ts'
import { openDocumentStore } from '../store/document-store.ts'
import { bm25Retriever } from './bm25.ts'

async function opened(texts: string[]) {
  const store = await openDocumentStore(corpusOf(texts.map((text, at) => ({ id: `d${at}`, text }))), tempDir())
  const searcher = await bm25Retriever({ threads: 1 }).open(store)
  onTestFinished(async () => {
    await searcher.close()
    store.close()
  })
  return { store, searcher }
}

test('named documents score what a search deep enough gives them, and 0 where it does not find them', async () => {
  const words = array(constantFrom('cat', 'dog', 'bird', 'fish', 'the'), { maxLength: 8 })
  await assert(
    asyncProperty(array(words, { minLength: 1, maxLength: 20 }), uniqueArray(words), async (texts, [query = []]) => {
      const { store, searcher } = await opened(texts.map((each) => each.join(' ')))
      const asked = { id: 'q', text: query.join(' ') }
      const [hits = []] = await searcher.search([asked], store.size)
      const found = new Map(hits.map(({ id, score }) => [id, score]))
      const ids = texts.map((_text, at) => `d${at}`).toReversed()
      expect(await searcher.scoresOf?.(asked, ids)).toEqual(ids.map((id) => found.get(id) ?? 0))
    }),
    { numRuns: 25 },
  )
})

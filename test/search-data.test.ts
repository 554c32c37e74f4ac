// BM25 on real collections: as good as published figures, and reopened without reading the corpus.
import { expect, it } from 'vitest'
import { evaluateResults } from '../src/evaluate/evaluation.ts'
import { parseMeasures } from '../src/evaluate/measures/parse.ts'
import { openCollection } from '../src/collections/open.ts'
import { openRetriever, type OpenRetrieverOptions } from '../src/search/open.ts'
import { openDocumentStore } from '../src/search/store/document-store.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir } from './support/files.ts'

async function ndcg(name: string, split: string, options: OpenRetrieverOptions = {}): Promise<number | undefined> {
  const collection = await openCollection(dataPath(name), { split })
  const store = await openDocumentStore(collection.corpus, tempDir())
  const searcher = await (await openRetriever('bm25', options)).open(store)
  try {
    const found = await searcher.search(collection.queries, 100)
    const results = collection.queries.map(({ id }, at) => ({
      query: id,
      documents: found[at]?.map((hit) => hit.id) ?? [],
      scores: found[at]?.map((hit) => hit.score) ?? [],
    }))
    return (await evaluateResults(results, collection.grades, parseMeasures('nDCG@10'))).measures['nDCG@10']
  } finally {
    await searcher.close()
    store.close()
  }
}

describeWithData('scifact', 'SciFact', () => {
  it('BM25 over title and text: nDCG@10 .687 on the test split', async () => {
    expect(await ndcg('scifact', 'test')).toBeCloseTo(0.6874, 4)
  })

  it.each([
    ['words', 0.6695],
    ['characters', 0.6695],
  ] as const)('the tokenizer %s does not stem: %d', async (tokenizer, expected) => {
    expect(await ndcg('scifact', 'test', { tokenizer })).toBeCloseTo(expected, 4)
  })
})

describeWithData('cranfield', 'Cranfield', () => {
  it('BM25: nDCG@10 .427', async () => {
    expect(await ndcg('cranfield', 'test')).toBeCloseTo(0.4271, 4)
  })
})

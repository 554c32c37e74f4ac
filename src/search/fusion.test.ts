import { array, assert, asyncProperty, integer, nat, uniqueArray } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { corpusOf } from '../../test/support/corpus.ts'
import { tempDir } from '../../test/support/files.ts'
import { fusedRetriever } from './fusion.ts'
import { rerankedBy } from './rerank.ts'
import type { Hit, Retriever } from './retriever.ts'
import type { Scorer } from '../encoders/scorer.ts'
import { openDocumentStore } from './store/document-store.ts'

const DOCUMENTS = Array.from({ length: 30 }, (_each, at) => ({ id: `d${at}`, text: `text ${at}` }))
const query = { id: 'q', text: 'anything' }
const ids = (hits: readonly Hit[] | undefined) => hits?.map(({ id }) => id)

async function storeOf(documents = DOCUMENTS) {
  const store = await openDocumentStore(corpusOf(documents), tempDir())
  onTestFinished(() => store.close())
  return store
}

/** Creates a retriever that finds the same documents for every query, and records its requests. */
function fixed(name: string, ranking: readonly number[]) {
  const notes = { depths: [] as number[], closed: 0, searchersClosed: 0 }
  const retriever: Retriever = {
    name,
    identity: `${name}!`,
    open: async () => ({
      search: async (queries, depth) => {
        notes.depths.push(depth)
        return queries.map(() => ranking.map((each, at) => ({ id: `d${each}`, score: -at })).slice(0, depth))
      },
      close: async () => void (notes.searchersClosed += 1),
    }),
    close: async () => void (notes.closed += 1),
  }
  return { retriever, notes }
}

test('fused scores are what the formula says, best first, equal ones in the order of the corpus', async () => {
  const store = await storeOf()
  const ranking = uniqueArray(nat(29), { maxLength: 30 })
  await assert(
    asyncProperty(
      array(ranking, { minLength: 1, maxLength: 4 }),
      nat(100),
      integer({ min: 0, max: 40 }),
      async (rankings, k, depth) => {
        const fused = fusedRetriever(
          rankings.map((each, at) => fixed(`r${at}`, each).retriever),
          k,
        )
        const [hits = []] = await (await fused.open(store)).search([query], depth)
        const scoreOf = (id: number) =>
          rankings.reduce((sum, each) => sum + (each.includes(id) ? 1 / (k + each.indexOf(id) + 1) : 0), 0)
        const expected = DOCUMENTS.map((_document, at) => ({ at, score: scoreOf(at) }))
          .filter(({ score }) => score > 0)
          .toSorted((one, other) => other.score - one.score || one.at - other.at)
          .slice(0, depth)
        expect(hits).toEqual(expected.map(({ at, score }) => ({ id: `d${at}`, score })))
      },
    ),
  )
})

test('the example of the paper: k = 60, ranks from 1', async () => {
  const fused = fusedRetriever([fixed('one', [1]).retriever, fixed('other', [2, 1]).retriever])
  const searcher = await fused.open(await storeOf())
  const [[hit] = []] = await searcher.search([query], 1)
  expect(hit).toEqual({ id: 'd1', score: 1 / 61 + 1 / 62 })
})

test('what comes first does not depend on how many are asked for; all are closed', async () => {
  const store = await storeOf()
  const [one, other] = [fixed('one', [1, 2, 3]), fixed('other', [3, 2])]
  const fused = fusedRetriever([one.retriever, other.retriever])
  expect(fused.name).toBe('one+other')
  expect(fused.identity).toContain('one!')
  const searcher = await fused.open(store)
  expect(ids((await searcher.search([query], 1))[0])).toEqual(['d3'])
  expect(ids((await searcher.search([query], 3))[0])).toEqual(['d3', 'd2', 'd1'])
  expect(one.notes.depths).toEqual([1000, 1000])
  await searcher.close()
  await fused.close()
  expect([one.notes, other.notes].map(({ closed, searchersClosed }) => [closed, searchersClosed])).toEqual([
    [1, 1],
    [1, 1],
  ])
})

test('when one cannot be opened, the others are closed', async () => {
  const one = fixed('one', [1])
  const broken: Retriever = { ...fixed('two', []).retriever, open: async () => Promise.reject(new Error('no')) }
  await expect(fusedRetriever([one.retriever, broken]).open(await storeOf())).rejects.toThrow('no')
  expect(one.notes.searchersClosed).toBe(1)
})

function scorerOf(score: (passage: string) => number): Scorer & { asked: string[][] } {
  const asked: string[][] = []
  return {
    asked,
    name: 'scorer',
    identity: 'scorer',
    score: async (text, passages) => {
      asked.push([text, ...passages])
      return passages.map(score)
    },
    close: async () => undefined,
  }
}

test('a reranker puts the first documents in its order, and leaves out what is behind them', async () => {
  const store = await storeOf([
    { id: 'd0', text: 'aaa' },
    { id: 'd1', title: 'T', text: 'a' },
    { id: 'd2', text: 'xx' },
    { id: 'd3', text: 'y' },
  ] as never)
  const scorer = scorerOf((passage) => -passage.length)
  const inner = await fixed('r', [2, 1, 0, 3]).retriever.open(store)
  const searcher = rerankedBy(inner, scorer, store, 3)
  const [hits] = await searcher.search([query], 10)
  // "T a" and "aaa" are equally long, so they are in the order of the corpus.
  expect(hits).toEqual([
    { id: 'd2', score: -2 },
    { id: 'd0', score: -3 },
    { id: 'd1', score: -3 },
  ])
  expect(ids((await searcher.search([query], 1))[0])).toEqual(['d2'])
  expect(scorer.asked[0]).toEqual(['anything', 'xx', 'T a', 'aaa'])
})

test('scores that cannot be compared are refused', async () => {
  const store = await storeOf()
  const inner = await fixed('r', [2, 1]).retriever.open(store)
  const broken = rerankedBy(
    inner,
    scorerOf((passage) => (passage === 'text 1' ? NaN : 1)),
    store,
    3,
  )
  await expect(broken.search([query], 2)).rejects.toThrow('scorer returned the score NaN for document "d1"')
  const short = rerankedBy(inner, { ...scorerOf(() => 1), score: async () => [1] }, store, 3)
  await expect(short.search([query], 2)).rejects.toThrow('scorer returned 1 scores for 2 passages')
})

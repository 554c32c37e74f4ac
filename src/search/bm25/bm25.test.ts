import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { array, assert, asyncProperty, constantFrom, integer, uniqueArray } from 'fast-check'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { contentsOf, type Document } from '../../collections/collection.ts'
import { corpusOf } from '../../../test/support/corpus.ts'
import { tempDir } from '../../../test/support/files.ts'
import { openDocumentStore } from '../store/document-store.ts'
import { bm25Retriever, type Bm25Options } from './bm25.ts'
import { buildIndex } from './build.ts'
import type { TokenizerName } from './tokenizers.ts'

/** @param onEnd receives the function that closes the searcher; by default it is called after the test */
async function searcher(
  documents: Document[],
  options: Partial<Bm25Options> = {},
  onEnd: (close: () => Promise<void>) => void = onTestFinished,
) {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'))
  const store = await openDocumentStore(corpusOf(documents), folder)
  const opened = await bm25Retriever({ threads: 1, ...options }).open(store)
  onEnd(async () => {
    await opened.close()
    store.close()
    rmSync(folder, { recursive: true })
  })
  return async (text: string, depth = 10) => (await opened.search([{ id: 'q', text }], depth))[0] ?? []
}

const textsOf = (texts: string[]): Document[] => texts.map((text, at) => ({ id: `d${at}`, text }))
const ids = (hits: { id: string }[]) => hits.map(({ id }) => id)

/** Returns what FTS5 itself finds and scores. */
function fts5(documents: Document[]) {
  const db = new DatabaseSync(':memory:')
  db.exec(`CREATE VIRTUAL TABLE f USING fts5(text, tokenize='porter unicode61')`)
  const insert = db.prepare('INSERT INTO f (rowid, text) VALUES (?, ?)')
  documents.forEach((document, at) => insert.run(at, contentsOf(document)))
  const select = db.prepare('SELECT rowid AS ordinal, -rank AS score FROM f WHERE f MATCH ? ORDER BY rank, rowid')
  return (words: string[]) => {
    const rows = select.all(words.map((word) => `"${word}"`).join(' OR ')) as { ordinal: number; score: number }[]
    return new Map(rows.map(({ ordinal, score }) => [documents[ordinal]?.id, score]))
  }
}

test('the index is the same, whether the places of a term are read together or one by one', async () => {
  const documents = textsOf(['rot rot pot', '', 'pot', 'the pot the rot', 'pot pot pot pot'])
  const store = await openDocumentStore(corpusOf(documents), tempDir())
  onTestFinished(() => store.close())
  const indexes = [100, 3, 1].map(async (together) => {
    const path = join(tempDir(), 'index.db')
    await buildIndex(path, store, 'english', {}, together)
    return readFileSync(path)
  })
  const [whole, ...others] = await Promise.all(indexes)
  for (const other of others) expect(other.equals(whole as Buffer)).toBe(true)
})

test('scores what FTS5 finds as its bm25() does', async () => {
  const word = constantFrom('tomato', 'tomatoes', 'pots', 'rot', 'the', 'of', 'Ältere', 'x-ray', 'run', 'running')
  /** No two of these have the same stem. */
  const different = constantFrom('tomato', 'pots', 'rot', 'the', 'ALTERE', 'x', 'ray', 'running', 'nobody')
  const words = array(word, { maxLength: 12 })
  const documents = array(words, { minLength: 1, maxLength: 30 })
  await assert(
    asyncProperty(
      documents,
      uniqueArray(different, { minLength: 1, maxLength: 6 }),
      integer({ min: 0, max: 3 }),
      async (all, query, titles) => {
        const corpus = all.map((each, at) => ({
          id: `d${at}`,
          text: each.slice(titles).join(' '),
          ...(titles > 0 && { title: each.slice(0, titles).join(' ') }),
        }))
        const found = await (await searcher(corpus))(query.join(' '), 100)
        const expected = fts5(corpus)(query)
        expect(new Set(ids(found))).toEqual(new Set(expected.keys()))
        for (const { id, score } of found) expect(score).toBeCloseTo(expected.get(id) as number, 9)
        const scores = found.map(({ score }) => score)
        expect(scores).toEqual(scores.toSorted((one, other) => other - one))
      },
    ),
    { numRuns: 12 },
  )
})

describe('no text is read as syntax', () => {
  const corpus = textsOf(['rot of the tomato', 'near or not', '50% of "it"', 'title text', 'nul\0byte', 'nothing here'])
  test.each([
    ['', []],
    ['?! … "" (*)', []],
    ['"tomato', ['d0']],
    ['tomato"*) NOT', ['d0', 'd1']],
    ['NEAR(', ['d1']],
    ['title:tomato', ['d3', 'd0']],
    ['-tomato ^rot + 1', ['d0']],
    ['byte\0nul', ['d4']],
    ['\0', []],
    ['\ud83d', []],
    ['zzz', []],
  ])('%j', async (query, expected) => {
    expect(new Set(ids(await (await searcher(corpus))(query)))).toEqual(new Set(expected))
  })

  test('a query as long as a document', async () => {
    const search = await searcher(corpus)
    const long = `${'tomato or '.repeat(20_000)}${'x'.repeat(100_000)}`
    expect(ids(await search(long)).toSorted()).toEqual(['d0', 'd1'])
  })

  test('a term that is said twice counts once', async () => {
    const search = await searcher(corpus)
    const [[once], [twice]] = [await search('tomato'), await search('tomato TOMATOES')]
    expect(twice?.score).toBe(once?.score)
  })
})

describe('tokenizers', () => {
  const corpus = [
    ...textsOf(['running shoes', 'a café in Paris', 'he ran on']),
    { id: 'zh', text: '人工智能正在改变世界各地的医疗保健系统' },
    { id: 'ja', text: '東京の地下鉄は朝のラッシュアワーにとても混雑します。猫もいる' },
    { id: 'th', text: 'ประเทศไทยมีอาหารอร่อยมากมายและวัดที่สวยงาม' },
    { id: 'ko', text: '한국어는 교착어이며 조사가 발달했다' },
    { id: 'hi', text: 'भारत की राजधानी नई दिल्ली है' },
  ]

  const ends: (() => Promise<void>)[] = []
  const opened = new Map<string, ReturnType<typeof searcher>>()
  const shared = (tokenizer: TokenizerName) => {
    const search = opened.get(tokenizer) ?? searcher(corpus, { tokenizer }, (close) => ends.push(close))
    opened.set(tokenizer, search)
    return search
  }
  afterAll(() => Promise.all(ends.map((end) => end())))

  test('english stems', async () => {
    const search = await shared('english')
    expect(ids(await search('runs'))).toEqual(['d0'])
  })

  test('words does not, and folds diacritics', async () => {
    const search = await shared('words')
    expect(ids(await search('runs'))).toEqual([])
    expect(ids(await search('CAFE'))).toEqual(['d1'])
    expect(ids(await search('दिल्ली'))).toEqual(['hi'])
  })

  test.each([
    ['医疗保健', 'zh'],
    ['人工智能', 'zh'],
    ['地下鉄の混雑', 'ja'],
    ['ラッシュ', 'ja'],
    ['ﾗｯｼｭ', 'ja'],
    ['猫', 'ja'],
    ['อาหารอร่อย', 'th'],
    ['วัด', 'th'],
    ['한국', 'ko'],
    ['cafe in', 'd1'],
  ])('characters finds %s', async (query, expected) => {
    const search = await shared('characters')
    expect(ids(await search(query))[0]).toBe(expected)
  })

  test('english does not find inside a script without spaces', async () => {
    expect(ids(await (await shared('english'))('医疗保健'))).toEqual([])
  })

  test('trigram finds parts of words', async () => {
    const search = await shared('trigram')
    expect(ids(await search('unni'))).toEqual(['d0'])
    expect(ids(await search('ru'))).toEqual([])
  })
})

test('k1 and b change scores, and not the index', async () => {
  const corpus = textsOf(['tomato tomato', 'tomato pot rot', 'pot', 'rot', 'plum'])
  const flat = await (await searcher(corpus, { k1: 0, b: 0 }))('tomato')
  expect(flat[0]?.score).toBe(flat[1]?.score)
  expect(flat[0]?.score).toBeCloseTo(Math.log(3.5 / 2.5), 9)
})

test('many queries, several threads, a searcher that is stopped', async () => {
  const store = await openDocumentStore(
    corpusOf(textsOf(Array.from({ length: 500 }, (_each, at) => `word${at} all`))),
    tempDir(),
  )
  const search = await bm25Retriever({ threads: 3 }).open(store)
  const queries = Array.from({ length: 500 }, (_each, at) => ({ id: `q${at}`, text: `word${at}` }))
  const found = await search.search(queries, 5)
  expect(found.map((hits) => hits[0]?.id)).toEqual(queries.map((_each, at) => `d${at}`))
  await expect(search.search(queries, 5, AbortSignal.abort())).rejects.toThrow('abort')
  const controller = new AbortController()
  const stopped = search.search(queries, 5, controller.signal)
  controller.abort()
  await expect(stopped).rejects.toThrow('abort')
  expect(await search.search([], 5)).toEqual([])
  expect((await search.search([{ id: 'q', text: 'word7' }], 5))[0]?.[0]?.id).toBe('d7')
  await search.close()
  store.close()
})

test('a corpus without documents, and documents without text', async () => {
  expect(await (await searcher([]))('a')).toEqual([])
  expect(
    ids(
      await (
        await searcher([
          { id: 'e', text: '' },
          { id: 't', title: 'only', text: '' },
          { id: 'o', text: 'other' },
        ])
      )('only'),
    ),
  ).toEqual(['t'])
})

describe('an index that was damaged', () => {
  const documents = textsOf(Array.from({ length: 4000 }, (_each, at) => `word${at} common and unlike${at * 7}`))

  async function damaged(damage: (bytes: Buffer) => Buffer) {
    const store = await openDocumentStore(corpusOf(documents), tempDir())
    onTestFinished(() => store.close())
    const retriever = bm25Retriever({ threads: 1 })
    await (await retriever.open(store)).close()
    const path = join(store.folder, 'bm25-english-1.db')
    writeFileSync(path, damage(readFileSync(path)))
    return { path, opening: () => retriever.open(store) }
  }

  test('empty: says which file, and what to do', async () => {
    const { path, opening } = await damaged(() => Buffer.alloc(0))
    await expect(opening()).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(`cannot read the index ${path}: `),
      hint: 'The file is damaged. Delete it; it will be rebuilt.',
    })
  })

  test('in its middle: the search says so', async () => {
    const { path, opening } = await damaged((bytes) => bytes.fill(0, 10 * 4096, bytes.length - 20 * 4096))
    const damagedOne = await opening()
    onTestFinished(() => damagedOne.close())
    const queries = documents.map(({ id, text }) => ({ id, text }))
    await expect(damagedOne.search(queries, 3)).rejects.toMatchObject({
      name: 'WinnowError',
      message: expect.stringContaining(`cannot read the index ${path}: `),
      hint: 'The file is damaged. Delete it; it will be rebuilt.',
    })
  })
})

import { expect, onTestFinished, test } from 'vitest'
import { corpusOf } from '../../test/support/corpus.ts'
import { fakeEncoder, type CountingEncoder } from '../../test/support/encoder.ts'
import { tempDir } from '../../test/support/files.ts'
import { openRetriever, type OpenRetrieverOptions } from './open.ts'
import { openDocumentStore } from './store/document-store.ts'

const documents = ['the red tomato rots', 'tomatoes in pots', 'plums', 'pears', 'apples'].map((text, at) => ({
  id: `d${at}`,
  text,
}))
const encoders = (opened: CountingEncoder[] = []) => ({
  opened,
  encoder: async (name: string) => {
    opened.push(Object.assign(fakeEncoder(32), { name }))
    return opened.at(-1) as CountingEncoder
  },
})

async function found(spec: string, text: string, options: OpenRetrieverOptions = {}) {
  const store = await openDocumentStore(corpusOf(documents), tempDir())
  const retriever = await openRetriever(spec, { encoder: encoders().encoder, ...options }, {})
  const searcher = await retriever.open(store)
  onTestFinished(async () => {
    await searcher.close()
    await retriever.close()
    store.close()
  })
  return (await searcher.search([{ id: 'q', text }], 3))[0]?.map(({ id }) => id)
}

test('bm25, with its options', async () => {
  expect(await found('bm25', 'tomato')).toEqual(['d1', 'd0'])
  expect(await found('bm25', 'tomato', { tokenizer: 'words' })).toEqual(['d0'])
  expect(await found('bm25', 'tomato', { bm25K1: 0, bm25B: 0 })).toEqual(['d0', 'd1'])
})

test('an encoder, and both together', async () => {
  expect((await found('hf:some/model', 'plums'))?.[0]).toBe('d2')
  expect((await found('hf:some/model', 'plums', { search: 'hnsw' }))?.[0]).toBe('d2')
  const both = await found('bm25 + hf:some/model', 'tomatoes in pots')
  expect(both?.[0]).toBe('d1')
  expect(both).toHaveLength(3)
})

test('names tell what was chosen; settings are part of the identity', async () => {
  const { encoder } = encoders()
  const open = (spec: string, options = {}) => openRetriever(spec, { encoder, ...options }, {})
  expect((await open('bm25+hf:a')).name).toBe('bm25+hf:a')
  const identities = await Promise.all(
    [{}, { tokenizer: 'words' }, { bm25K1: 0.9 }, { bm25B: 0.4 }, { rrfK: 10 }, { search: 'exact' }].map(
      async (options) => (await open('bm25+hf:a', options)).identity,
    ),
  )
  expect(new Set(identities).size).toBe(6)
})

test('what cannot be read is refused with every fault and the allowed forms, and nothing is opened', async () => {
  const { opened, encoder } = encoders()
  const open = (spec: string, options = {}, env = {}) => openRetriever(spec, { encoder, ...options }, env)
  await expect(open('hf:a+bm52++bm25+bm25')).rejects.toThrow(
    /retriever "hf:a\+bm52\+\+bm25\+bm25": "bm52" has no server, .*; "" is empty; "bm25" is given twice; allowed: bm25, hf:PATH/,
  )
  await expect(open('model@http://host/rerank')).rejects.toThrow('is a reranker, which cannot retrieve')
  await expect(open('hf:a?pooling=none')).rejects.toThrow('allowed: mean, cls')
  await expect(open('')).rejects.toThrow('is empty')
  await expect(open('bm25', { tokenizer: 'french', rrfK: -1 })).rejects.toThrow(
    '--tokenizer "french": allowed: english, words, characters, trigram; --rrf-k -1: allowed:',
  )
  await expect(open('m@http://user:secret@host/v1+x')).rejects.toThrow(/^((?!secret).)*$/s)
  expect(opened).toEqual([])
  await open('text-embedding', {}, { OPENAI_BASE_URL: 'http://host/v1' })
  expect(opened).toHaveLength(1)
})

test('when the second model cannot be had, the first is closed', async () => {
  const { opened, encoder } = encoders()
  const failing = async (name: string) => (opened.length > 0 ? Promise.reject(new Error('no weights')) : encoder(name))
  await expect(openRetriever('hf:a+hf:b', { encoder: failing }, {})).rejects.toThrow('no weights')
  expect(opened[0]?.isClosed).toBe(true)
})

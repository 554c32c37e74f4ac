// A corpus searched with vectors from a server: each document and each query is sent once, whatever is opened again.
import { expect, test } from 'vitest'
import { openRetriever } from '../src/search/open.ts'
import { openDocumentStore } from '../src/search/store/document-store.ts'
import { corpusOf } from './support/corpus.ts'
import { tempDir } from './support/files.ts'
import { embeddingsOf, startModelServer } from './support/model-server.ts'

test('documents are embedded once for a corpus, queries once for a model; a login reaches no name', async () => {
  const server = await startModelServer(embeddingsOf)
  const [indexes, env] = [tempDir(), { WINNOW_CACHE: tempDir() }]
  const documents = ['abc', 'xyz', 'hello', ''].map((text, at) => ({ id: `d${at}`, text }))
  const spec = `bm25+m@${server.url.replace('//', '//user:secret@')}/v1`
  const search = async (text: string, all = documents) => {
    const store = await openDocumentStore(corpusOf(all), indexes)
    const retriever = await openRetriever(spec, {}, env)
    expect(`${retriever.name} ${retriever.identity}`).not.toContain('secret')
    const searcher = await retriever.open(store)
    const [hits] = await searcher.search([{ id: 'q', text }], 2)
    await searcher.close()
    await retriever.close()
    store.close()
    return hits?.map(({ id }) => id)
  }
  const asked = () => server.calls.flatMap(({ body }) => body['input'] as string[]).filter((text) => text !== 'winnow')
  expect((await search('hello'))?.[0]).toBe('d2')
  expect(asked()).toEqual(['abc', 'xyz', 'hello', 'hello'])
  expect((await search('hello'))?.[0]).toBe('d2')
  expect(asked()).toHaveLength(4)
  expect((await search('xyz'))?.[0]).toBe('d1')
  expect(asked().slice(4)).toEqual(['xyz'])
  expect(await search('xyz', documents.slice(0, 1))).toEqual(['d0'])
  expect(asked().slice(5)).toEqual(['abc'])
})

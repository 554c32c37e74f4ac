// A corpus searched with vectors from a server: each text is sent once, as a document or as a query, whatever is opened again.
import { expect, test } from 'vitest'
import { openRetriever } from '../src/search/open.ts'
import { openDocumentStore } from '../src/search/store/document-store.ts'
import { corpusOf } from './support/corpus.ts'
import { tempDir } from './support/files.ts'
import { embeddingsOf, startModelServer } from './support/model-server.ts'

test('documents and queries are embedded once for a model, in any corpus; a login reaches no name', async () => {
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
  // The query is one of the documents.
  expect((await search('hello'))?.[0]).toBe('d2')
  expect(asked()).toEqual(['abc', 'xyz', 'hello'])
  expect((await search('xyzz'))?.[0]).toBe('d1')
  expect((await search('xyzz'))?.[0]).toBe('d1')
  expect(asked().slice(3)).toEqual(['xyzz'])
  expect(await search('xyz', documents.slice(0, 1))).toEqual(['d0'])
  expect(await search('xyz', [...documents, { id: 'new', text: 'xyz, too' }])).toContain('d1')
  expect(asked().slice(4)).toEqual(['xyz, too'])
})

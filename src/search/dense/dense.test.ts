import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { contentsOf, type Document } from '../../collections/collection.ts'
import { corpusOf } from '../../../test/support/corpus.ts'
import { fakeEncoder } from '../../../test/support/encoder.ts'
import { linesOf, tempDir } from '../../../test/support/files.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import { sha256 } from '../../base/hash.ts'
import type { Progress } from '../../base/hooks.ts'
import { openDocumentStore } from '../store/document-store.ts'
import { denseRetriever, documentEncoder, type DenseSearch } from './dense.ts'

const numbered = (count: number): Document[] =>
  Array.from({ length: count }, (_each, index) => ({ id: `d${index}`, text: `text ${index}` }))

async function opened(
  documents: Document[],
  encoder: Encoder,
  { search = 'auto' as DenseSearch, folder = tempDir() } = {},
) {
  const store = await openDocumentStore(corpusOf(documents), folder)
  const searcher = await denseRetriever(encoder, search).open(store)
  onTestFinished(async () => {
    await searcher.close()
    store.close()
  })
  return searcher
}

const queriesOf = (...texts: string[]) => texts.map((text, at) => ({ id: `q${at}`, text }))

test.each(['exact', 'hnsw', 'auto'] as const)('%s: a document is found by its own contents', async (search) => {
  const documents = [...numbered(700), { id: 'titled', title: 'A title', text: 'and text' }]
  const encoder = fakeEncoder(32)
  const searcher = await opened(documents, encoder, { search })
  const found = await searcher.search(queriesOf('text 7', 'A title and text', 'text 699'), 3)
  expect(found.map((hits) => hits[0]?.id)).toEqual(['d7', 'titled', 'd699'])
  expect(found.every((hits) => hits.length === 3)).toBe(true)
  expect(encoder.passages).toEqual(documents.map(contentsOf))
})

test('the same vectors give the same graph', async () => {
  const graphs = await Promise.all(
    [tempDir(), tempDir()].map(async (folder) => {
      await opened(numbered(3000), fakeEncoder(32), { search: 'hnsw', folder })
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      const name = names.find((each) => each.endsWith('.usearch')) ?? ''
      return sha256(readFileSync(join(folder, name)))
    }),
  )
  expect(graphs[1]).toBe(graphs[0])
})

test('each side is told which it is', async () => {
  const encoder = fakeEncoder(2, (text, kind) => (kind === 'query' ? [1, 0] : [text.length, 1]))
  const [hits] = await (
    await opened(
      [
        { id: 'a', text: 'x' },
        { id: 'b', text: 'xxx' },
      ],
      encoder,
    )
  ).search(queriesOf('q'), 2)
  expect(hits).toEqual([
    { id: 'b', score: 3 },
    { id: 'a', score: 1 },
  ])
})

test('documents and queries without text are not sent, and find and are found by nobody', async () => {
  const encoder = fakeEncoder(4)
  const documents = [{ id: 'e', text: '' }, ...numbered(3), { id: 's', text: '  ', title: '' }]
  const searcher = await opened(documents, encoder)
  const found = await searcher.search(queriesOf('', 'text 1', ' \n'), 10)
  expect(found.map((hits) => hits.map(({ id }) => id).toSorted())).toEqual([[], ['d0', 'd1', 'd2'], []])
  expect(encoder.passages).toEqual(['text 0', 'text 1', 'text 2'])
  expect(encoder.queries).toEqual(['text 1'])
  expect(await (await opened([], fakeEncoder())).search(queriesOf('a'), 3)).toEqual([[]])
})

test('vectors are made once for a corpus and an encoder', async () => {
  const folder = tempDir()
  const [first, same, other] = [fakeEncoder(8), fakeEncoder(8), fakeEncoder(9)]
  await opened(numbered(5), first, { folder })
  await opened(numbered(5), same, { folder })
  await opened(numbered(5), other, { folder })
  expect([first, same, other].map(({ passages }) => passages.length)).toEqual([5, 0, 5])
  const about = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('about.json'))
  const described = about.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { identity: string })
  expect(described.map(({ identity }) => identity).toSorted()).toEqual(['fake 8', 'fake 9'])
})

test('two that open at once embed once', async () => {
  const folder = tempDir()
  const encoder = fakeEncoder(8)
  await Promise.all([opened(numbered(600), encoder, { folder }), opened(numbered(600), encoder, { folder })])
  expect(encoder.passages).toHaveLength(600)
})

test('vectors that cannot be compared are refused, naming the document or the query', async () => {
  const broken = fakeEncoder(2, (text) => (text === 'text 3' ? [NaN, 1] : [1, 2]))
  await expect(opened(numbered(5), broken)).rejects.toThrow('fake returned a vector with NaN for document "d3"')
  const short = fakeEncoder(2, () => [1])
  await expect(opened(numbered(5), short)).rejects.toThrow(
    'fake returned 5 numbers for 5 texts, expected 10 (2 dimensions each)',
  )
  const searcher = await opened(
    numbered(3),
    fakeEncoder(2, (_text, kind) => (kind === 'query' ? [Infinity, 0] : [1, 2])),
  )
  await expect(searcher.search(queriesOf('a'), 1)).rejects.toThrow('returned a vector with Infinity for query "q0"')
})

test('an encoder that fails is asked again for what it had not done, and for nothing else', async () => {
  const folder = tempDir()
  let calls = 0
  const flaky = fakeEncoder(8)
  const { encode } = flaky
  flaky.encode = async (texts, kind) => {
    if ((calls += 1) === 3) throw new Error('the server is gone')
    return encode(texts, kind)
  }
  await expect(opened(numbered(2000), flaky, { folder })).rejects.toThrow('the server is gone')
  expect(flaky.passages).toHaveLength(1024)
  const searcher = await opened(numbered(2000), flaky, { folder })
  expect(flaky.passages).toEqual(numbered(2000).map(({ text }) => text))
  expect((await searcher.search(queriesOf('text 1600'), 1))[0]?.[0]?.id).toBe('d1600')
})

test('after a kill the same goes on, and embeds nothing twice that was written', async () => {
  const [folder, log] = [tempDir(), join(tempDir(), 'log')]
  const source = (path: string) => JSON.stringify(resolve(import.meta.dirname, path))
  const code = (hangsAt: number) => `
    import { appendFileSync } from 'node:fs'
    import { openDocumentStore } from ${source('../store/document-store.ts')}
    import { denseRetriever } from ${source('dense.ts')}
    import { corpusOf } from ${source('../../../test/support/corpus.ts')}
    import { fakeEncoder } from ${source('../../../test/support/encoder.ts')}
    const documents = Array.from({ length: 2000 }, (_each, index) => ({ id: 'd' + index, text: 'text ' + index }))
    const encoder = fakeEncoder(8)
    const { encode } = encoder
    let calls = 0
    encoder.encode = async (texts, kind) => {
      if ((calls += 1) === ${hangsAt}) {
        process.stdout.write('hangs')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      }
      if (kind === 'passage') appendFileSync(${JSON.stringify(log)}, texts.map((text) => text + '\\n').join(''))
      return encode(texts, kind)
    }
    const store = await openDocumentStore(corpusOf(documents), ${JSON.stringify(folder)})
    const searcher = await denseRetriever(encoder).open(store)
    const [hits] = await searcher.search([{ id: 'q', text: 'text 1234' }], 1)
    process.stdout.write(hits[0].id)
    await searcher.close()`
  const run = (hangsAt: number) => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code(hangsAt)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk)
      if (output === 'hangs') child.kill('SIGKILL')
    })
    return new Promise<string>((done) => child.on('close', () => done(output)))
  }
  expect(await run(3)).toBe('hangs')
  expect(linesOf(log)).toHaveLength(2 * 512)
  expect(await run(2)).toBe('hangs')
  expect(await run(0)).toBe('d1234')
  expect(linesOf(log)).toEqual(Array.from({ length: 2000 }, (_each, index) => `text ${index}\n`))
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.part'))).toEqual(
    [],
  )
})

test('the encoder is closed with the retriever', async () => {
  const encoder = fakeEncoder()
  await denseRetriever(encoder).close()
  expect(encoder.isClosed).toBe(true)
})

test('the vectors of documents are kept in the cache, too, up to 1 GiB', () => {
  const keepingNone = fakeEncoder(1024)
  const encoder = { ...fakeEncoder(1024), keepingNone }
  expect(documentEncoder(encoder, 2 ** 18)).toBe(encoder)
  expect(documentEncoder(encoder, 2 ** 18 + 1)).toBe(keepingNone)
  const keepsNothing = fakeEncoder(1024)
  expect(documentEncoder(keepsNothing, 2 ** 20)).toBe(keepsNothing)
})

test('how far it is is said from the start', async () => {
  const store = await openDocumentStore(corpusOf(numbered(700)), tempDir())
  const seen: string[] = []
  const onProgress = ({ what, done, total }: Progress) => void seen.push(`${what} ${done}/${total}`)
  const searcher = await denseRetriever(fakeEncoder(4)).open(store, { onProgress })
  await searcher.close()
  store.close()
  expect(seen).toEqual(['embedding documents 0/700', 'embedding documents 512/700', 'embedding documents 700/700'])
})

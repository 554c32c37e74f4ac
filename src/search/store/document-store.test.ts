import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { assert, asyncProperty, constantFrom, oneof, record, string, uniqueArray } from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Corpus, Document } from '../../collections/collection.ts'
import { corpusOf } from '../../../test/support/corpus.ts'
import { tempDir } from '../../../test/support/files.ts'
import { openDocumentStore } from './document-store.ts'

const numbered = (count: number): Document[] =>
  Array.from({ length: count }, (_each, index) => ({ id: `d${index}`, text: `text ${index}` }))

async function opened(corpus: Corpus, folder = tempDir()) {
  const store = await openDocumentStore(corpus, folder)
  onTestFinished(() => store.close())
  return store
}

/** Wraps a corpus to count how often it is read. */
function counted(corpus: Corpus) {
  const reads = { count: 0 }
  return {
    reads,
    corpus: {
      ...corpus,
      documents: (onBytes?: (bytes: Buffer) => void) => ((reads.count += 1), corpus.documents(onBytes)),
    },
  }
}

test('gives documents by ordinal, by id and in batches', async () => {
  const documents = numbered(100)
  const store = await opened(corpusOf(documents, 'x', 7))
  expect(store.size).toBe(100)
  expect(store.idOf(0)).toBe('d0')
  expect(store.idOf(99)).toBe('d99')
  expect(() => store.idOf(100)).toThrow('no document 100')
  expect(store.document('d37')).toEqual(documents[37])
  expect(store.document('nobody')).toBeUndefined()
  expect([...store.batches()].flat()).toEqual(documents)
  expect([...store.batches(45, 10)].map((batch) => batch.map(({ id }) => id))[0]).toEqual(
    documents.slice(45, 55).map(({ id }) => id),
  )
  expect([...store.batches(45, 10)].map((batch) => batch.length)).toEqual([10, 10, 10, 10, 10, 5])
  expect([...store.batches(100)]).toEqual([])
})

test('keeps every document as it is: empty, NUL, emoji, halves of pairs, a title of its own', async () => {
  const text = oneof(string({ unit: 'binary' }), constantFrom('', '\0', 'a\0b', '😀', '\ud83d', "'; DROP TABLE"))
  const document = record(
    { id: string({ unit: 'binary', minLength: 1 }), text, title: text },
    { requiredKeys: ['id', 'text'] },
  )
  const corpora = uniqueArray(document, { selector: ({ id }) => id, maxLength: 40 })
  await assert(
    asyncProperty(corpora, async (documents) => {
      const store = await openDocumentStore(corpusOf(documents), tempDir())
      expect([...store.batches()].flat()).toEqual(documents)
      for (const [ordinal, each] of documents.entries()) {
        expect(store.idOf(ordinal)).toBe(each.id)
        expect(store.ordinalOf(each.id)).toBe(ordinal)
        expect(store.document(each.id)).toEqual(each)
      }
      store.close()
    }),
    { numRuns: 40 },
  )
})

test('tells ids in any order, whatever their letters and lengths', async () => {
  const ids = Array.from({ length: 1000 }, (_each, index) => `${'ä😀'.repeat(index % 5)}${index * 7919}`)
  const store = await opened(corpusOf(ids.map((id) => ({ id, text: '' }))))
  const ordinals = ids.map((_id, index) => (index * 389) % ids.length)
  expect(ordinals.map((ordinal) => store.idOf(ordinal))).toEqual(ordinals.map((ordinal) => ids[ordinal]))
  for (const nowhere of [-1, 1000, 1023, NaN]) expect(() => store.idOf(nowhere)).toThrow(`no document ${nowhere}`)
})

test('a corpus without documents is a store without documents', async () => {
  const store = await opened(corpusOf([]))
  expect(store.size).toBe(0)
  expect([...store.batches()]).toEqual([])
})

describe('built once for its contents', () => {
  test('equal contents share a folder, others do not', async () => {
    const folder = tempDir()
    const one = await opened(corpusOf(numbered(3), 'a'), folder)
    const same = await opened(corpusOf(numbered(3), 'b'), folder)
    const other = await opened(corpusOf(numbered(4), 'a'), folder)
    expect(same.folder).toBe(one.folder)
    expect(other.folder).not.toBe(one.folder)
    expect(one.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('a file that has not changed is not read again, and one that has is', async () => {
    const [folder, path] = [tempDir(), join(tempDir(), 'corpus.jsonl')]
    const [first, second] = [
      counted({ ...corpusOf(numbered(3)), files: [path] }),
      counted({ ...corpusOf(numbered(5)), files: [path] }),
    ]
    writeFileSync(path, 'stands for three')
    vi.useFakeTimers({ now: Date.now() + 10_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await opened(first.corpus, folder)
    expect(first.reads.count).toBe(2)
    await opened(first.corpus, folder)
    expect(first.reads.count).toBe(2)
    const { atime, mtime } = statSync(path)
    writeFileSync(path, 'stands for fives')
    utimesSync(path, atime, mtime)
    expect((await opened(second.corpus, folder)).size).toBe(5)
  })

  test('a corpus that changes while it is read is refused', async () => {
    let reads = 0
    const changing: Corpus = {
      path: 'c.jsonl',
      documents: (onBytes) => corpusOf(numbered((reads += 1))).documents(onBytes),
    }
    const folder = tempDir()
    await expect(openDocumentStore(changing, folder)).rejects.toThrow('c.jsonl changed while it was read')
    expect(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /db|building/.test(name)),
    ).toEqual([])
  })

  test('a signal stops it, and nothing half made stays', async () => {
    const controller = new AbortController()
    const folder = tempDir()
    const onProgress = ({ what, done }: { what: string; done: number }) => {
      if (what === 'storing documents' && done >= 200) controller.abort()
    }
    const opening = openDocumentStore(corpusOf(numbered(1000)), folder, { signal: controller.signal, onProgress })
    await expect(opening).rejects.toThrow('aborted')
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /building/.test(name))).toEqual(
      [],
    )
  })
})

/** Starts another process that opens the store of the numbered corpus; with `hangs`, it never finishes building it. */
function builder(folder: string, count: number, hangs: boolean) {
  const source = resolve(import.meta.dirname, 'document-store.ts')
  const corpus = resolve(import.meta.dirname, '../../../test/support/corpus.ts')
  const code = `
    import { openDocumentStore } from ${JSON.stringify(source)}
    import { corpusOf } from ${JSON.stringify(corpus)}
    const documents = Array.from({ length: ${count} }, (_each, index) => ({ id: 'd' + index, text: 'text ' + index }))
    const onProgress = ({ what, done }) => {
      if (${hangs} && what === 'storing documents' && done >= ${count} / 2) {
        process.stdout.write('half')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      }
    }
    const store = await openDocumentStore(corpusOf(documents), ${JSON.stringify(folder)}, { onProgress })
    process.stdout.write(String([...store.batches()].flat().length))
    store.close()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = new Promise<string>((done) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += String(chunk)
      if (hangs) done(text)
    })
    child.on('close', () => done(text))
  })
  return { child, output }
}

test('a build that was killed is not taken for whole, and leaves nothing behind', async () => {
  const folder = tempDir()
  const { child, output } = builder(folder, 2000, true)
  expect(await output).toBe('half')
  child.kill('SIGKILL')
  await new Promise((done) => child.on('close', done))
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('documents'))
  expect(files().map((name) => name.endsWith('.building'))).toEqual([true])
  const store = await opened(corpusOf(numbered(2000)), folder)
  expect([...store.batches()].flat()).toEqual(numbered(2000))
  expect(files().map((name) => name.endsWith('.building'))).toEqual([false])
  expect(existsSync(join(store.folder, 'documents-1.db'))).toBe(true)
})

test('processes that build the same at once do not collide', async () => {
  const folder = tempDir()
  const outputs = await Promise.all(Array.from({ length: 4 }, () => builder(folder, 5000, false).output))
  expect(outputs).toEqual(['5000', '5000', '5000', '5000'])
})

describe('a store that was damaged', () => {
  const REMEDY = { name: 'UsageError', hint: 'The file is damaged. Delete it; it will be rebuilt.' }

  /** Creates a closed store of many pages and changes its file with `damage`. */
  async function damaged(damage: (bytes: Buffer) => Buffer) {
    const folder = tempDir()
    const store = await openDocumentStore(corpusOf(numbered(5000)), folder)
    const path = join(store.folder, 'documents-1.db')
    store.close()
    writeFileSync(path, damage(readFileSync(path)))
    return { path, opening: () => openDocumentStore(corpusOf(numbered(5000)), folder) }
  }

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['no database', () => Buffer.from('no database at all, but as long as the head of one is'.repeat(10))],
  ])('%s: says which file, and what to do', async (_what, damage) => {
    const { path, opening } = await damaged(damage)
    await expect(opening()).rejects.toMatchObject({
      ...REMEDY,
      message: expect.stringContaining(`cannot read the store of documents ${path}: `),
    })
  })

  test('in its middle: says so when it comes to it', async () => {
    const { path, opening } = await damaged((bytes) => bytes.fill(0, 5 * 4096))
    const store = await opening()
    onTestFinished(() => store.close())
    const problem = { ...REMEDY, message: expect.stringContaining(`cannot read the store of documents ${path}: `) }
    expect(() => [...store.batches()]).toThrow(expect.objectContaining(problem))
    expect(() => store.document('d4000')).toThrow(expect.objectContaining(problem))
    expect(() => store.idOf(4000)).toThrow(expect.objectContaining(problem))
  })
})

describe('a place that cannot be written to', () => {
  test('a file instead of a folder', async () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    await expect(openDocumentStore(corpusOf(numbered(3)), file)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(`cannot keep an index in ${file}`),
      hint: expect.stringMatching(/--index DIR.*WINNOW_CACHE/),
    })
  })

  test('what cannot be remembered of files is found out again', async () => {
    const [folder, path] = [tempDir(), join(tempDir(), 'corpus.jsonl')]
    writeFileSync(path, 'stands for three')
    writeFileSync(join(folder, 'files'), 'no folder')
    vi.useFakeTimers({ now: Date.now() + 10_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    expect((await opened({ ...corpusOf(numbered(3)), files: [path] }, folder)).size).toBe(3)
  })
})

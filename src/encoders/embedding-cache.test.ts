import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { linesOf, tempDir } from '../../test/support/files.ts'
import { cachedEncoder } from './embedding-cache.ts'
import type { Encoder } from './encoder.ts'

/** Records every text that it encodes; a vector holds the text's length and first letter. `gate` delays it. */
function countingEncoder(more: Partial<Encoder> = {}, gate: () => Promise<void> = async () => undefined) {
  const asked: string[] = []
  const encoder: Encoder = {
    name: 'counting',
    identity: 'counting#1',
    dimensions: 2,
    encode: async (texts, kind, signal) => {
      asked.push(...texts)
      await gate()
      signal?.throwIfAborted()
      return Float32Array.from(texts.flatMap((text) => [text.length, kind === 'query' ? -1 : 1 / 3]))
    },
    close: async () => undefined,
    ...more,
  }
  return { encoder, asked }
}

const vectorsOf = (texts: string[], value = Math.fround(1 / 3)) => texts.flatMap((text) => [text.length, value])

test('a text is encoded once: within a call, in later calls, in later runs', async () => {
  const folder = join(tempDir(), 'not there yet')
  const { encoder, asked } = countingEncoder()
  const cached = cachedEncoder(encoder, folder)
  const texts = ['a', 'bb', 'a', 'a', '']
  expect([...(await cached.encode(texts, 'passage'))]).toEqual(vectorsOf(texts))
  expect([...(await cached.encode(['ccc', 'bb'], 'passage'))]).toEqual(vectorsOf(['ccc', 'bb']))
  expect(asked).toEqual(['a', 'bb', '', 'ccc'])
  expect(cached.counts).toEqual({ found: 1, encoded: 4 })
  await cached.close()
  const later = cachedEncoder(encoder, folder)
  expect([...(await later.encode(['ccc', 'a'], 'passage'))]).toEqual(vectorsOf(['ccc', 'a']))
  expect(asked).toHaveLength(4)
  expect(later.counts).toEqual({ found: 2, encoded: 0 })
  expect(await later.encode([], 'passage')).toEqual(new Float32Array())
  await later.close()
})

test('queries and passages are apart, but for encoders that put the same before both', async () => {
  const one = countingEncoder()
  const apart = cachedEncoder(one.encoder, tempDir())
  expect([...(await apart.encode(['x'], 'passage'))]).toEqual(vectorsOf(['x']))
  expect([...(await apart.encode(['x'], 'query'))]).toEqual(vectorsOf(['x'], -1))
  await apart.close()
  const two = countingEncoder({ prefixes: { query: 'q: ', passage: 'q: ' } })
  const together = cachedEncoder(two.encoder, tempDir())
  await together.encode(['x'], 'passage')
  await together.encode(['x'], 'query')
  await together.close()
  expect([one.asked, two.asked]).toEqual([['x', 'x'], ['x']])
})

test('a prefix and a text cannot be taken for another prefix and text', async () => {
  const folder = tempDir()
  const ask = async (prefix: string, text: string) => {
    const { encoder, asked } = countingEncoder({ prefixes: { query: prefix, passage: prefix } })
    const cached = cachedEncoder(encoder, folder)
    await cached.encode([text], 'query')
    await cached.close()
    return asked
  }
  expect(await ask('a', 'bc')).toEqual(['bc'])
  expect(await ask('ab', 'c')).toEqual(['c'])
  expect(await ask('a', 'bc')).toEqual([])
})

test('other weights have a file of their own', async () => {
  const folder = tempDir()
  for (const identity of ['counting#1', 'counting#2']) {
    const { encoder, asked } = countingEncoder({ identity })
    const cached = cachedEncoder(encoder, folder)
    await cached.encode(['a'], 'passage')
    await cached.close()
    expect(asked).toEqual(['a'])
  }
  expect(readdirSync(folder).filter((name) => name.endsWith('.sqlite'))).toHaveLength(2)
})

test('calls at the same time share what they have in common', async () => {
  const open = Promise.withResolvers<void>()
  const { encoder, asked } = countingEncoder({}, () => open.promise)
  const cached = cachedEncoder(encoder, tempDir())
  const calls = [
    ['a', 'bb'],
    ['bb', 'ccc'],
    ['a', 'ccc', 'bb'],
  ]
  const running = calls.map((texts) => cached.encode(texts, 'passage'))
  open.resolve()
  const found = await Promise.all(running)
  expect(found.map((vectors) => [...vectors])).toEqual(calls.map((texts) => vectorsOf(texts)))
  expect(asked.toSorted()).toEqual(['a', 'bb', 'ccc'])
  await cached.close()
})

test('a long call leaves out what another has encoded since it began', async () => {
  const { encoder, asked } = countingEncoder({}, () => new Promise((done) => setTimeout(done, 1)))
  const cached = cachedEncoder(encoder, tempDir())
  const texts = Array.from({ length: 1100 }, (_, at) => 'x'.repeat(at))
  await Promise.all([cached.encode(texts, 'passage'), cached.encode(texts.slice(-5), 'passage')])
  expect(asked).toHaveLength(1100)
  await cached.close()
})

test('a call that fails, or is aborted, does not take another with it', async () => {
  const open = Promise.withResolvers<void>()
  const { encoder, asked } = countingEncoder({}, () => open.promise)
  const cached = cachedEncoder(encoder, tempDir())
  const stop = new AbortController()
  const first = cached.encode(['a'], 'passage', stop.signal)
  const second = cached.encode(['a'], 'passage')
  stop.abort(new Error('enough'))
  open.resolve()
  await expect(first).rejects.toThrow('enough')
  expect([...(await second)]).toEqual(vectorsOf(['a']))
  expect(asked).toEqual(['a', 'a'])
  await cached.close()
})

test('what was encoded before a failure is kept', async () => {
  let left = 1
  const { encoder, asked } = countingEncoder({}, async () => {
    if (left-- === 0) throw new Error('the server is gone')
  })
  const texts = Array.from({ length: 600 }, (_, at) => 'x'.repeat(at))
  const cached = cachedEncoder(encoder, tempDir())
  await expect(cached.encode(texts, 'passage')).rejects.toThrow('the server is gone')
  asked.length = 0
  expect([...(await cached.encode(texts, 'passage'))]).toEqual(vectorsOf(texts))
  expect(asked).toHaveLength(600 - 512)
  await cached.close()
})

test('two that have the file open find what the other encoded', async () => {
  const folder = tempDir()
  const [one, two] = [countingEncoder(), countingEncoder()]
  const [here, there] = [cachedEncoder(one.encoder, folder), cachedEncoder(two.encoder, folder)]
  await Promise.all([here.encode(['a', 'b'], 'passage'), there.encode(['b', 'c'], 'passage')])
  one.asked.length = two.asked.length = 0
  expect([...(await here.encode(['c', 'b'], 'passage'))]).toEqual(vectorsOf(['c', 'b']))
  expect([...(await there.encode(['a'], 'passage'))]).toEqual(vectorsOf(['a']))
  expect([one.asked, two.asked]).toEqual([[], []])
  await here.close()
  await there.close()
})

test('after a kill nothing that was written is encoded again', async () => {
  const [folder, log] = [tempDir(), join(tempDir(), 'log')]
  const code = (hangsAt: number) => `
    import { appendFileSync } from 'node:fs'
    import { cachedEncoder } from ${JSON.stringify(resolve(import.meta.dirname, 'embedding-cache.ts'))}
    let calls = 0
    const cached = cachedEncoder({
      name: 'n', identity: 'i', dimensions: 2, close: async () => undefined,
      encode: async (texts) => {
        if ((calls += 1) === ${hangsAt}) {
          process.stdout.write('hangs')
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
        }
        appendFileSync(${JSON.stringify(log)}, texts.map((text) => text + '\\n').join(''))
        return Float32Array.from(texts.flatMap((text) => [Number(text), 1]))
      },
    }, ${JSON.stringify(folder)})
    const vectors = await cached.encode(Array.from({ length: 1500 }, (_each, index) => String(index)), 'passage')
    process.stdout.write(String(vectors.filter((value, at) => value !== (at % 2 ? 1 : at / 2)).length))
    await cached.close()`
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
  expect(await run(2)).toBe('hangs')
  expect(linesOf(log)).toHaveLength(512)
  expect(await run(2)).toBe('hangs')
  expect(await run(0)).toBe('0')
  expect(linesOf(log)).toEqual(Array.from({ length: 1500 }, (_each, index) => `${index}\n`))
})

test('a damaged file is said', async () => {
  const folder = tempDir()
  const cached = cachedEncoder(countingEncoder().encoder, folder)
  await cached.encode(['a'], 'passage')
  const name = readdirSync(folder).find((each) => each.endsWith('.sqlite'))
  const db = new DatabaseSync(join(folder, name as string))
  db.exec("UPDATE vectors SET vector = x'00'")
  db.close()
  await expect(cached.encode(['a'], 'passage')).rejects.toThrow(/^cannot read the embedding cache .*: it is damaged$/)
  await cached.close()
})

test('another model behind the same name shows by the length of its vectors', async () => {
  const folder = tempDir()
  await cachedEncoder(countingEncoder().encoder, folder).close()
  const { encoder } = countingEncoder({ dimensions: 3 })
  expect(() => cachedEncoder(encoder, folder)).toThrow('counting returns vectors of 3 dimensions, but those in')
})

test('a folder that cannot be used is said', () => {
  expect(() => cachedEncoder(countingEncoder().encoder, '/dev/null/x')).toThrow(
    /^cannot open the embedding cache \/dev\/null/,
  )
})

test('keepingNone finds what is kept, encodes the rest, each text once, and keeps nothing', async () => {
  const folder = tempDir()
  const { encoder, asked } = countingEncoder()
  const cached = cachedEncoder(encoder, folder)
  await cached.encode(['a', 'bb'], 'passage')
  const texts = ['bb', 'ccc', 'a', 'ccc', 'dddd']
  expect([...(await cached.keepingNone.encode(texts, 'passage'))]).toEqual(vectorsOf(texts))
  await cached.keepingNone.encode(['ccc'], 'passage')
  expect(asked).toEqual(['a', 'bb', 'ccc', 'dddd', 'ccc'])
  expect(cached.counts).toEqual({ found: 2, encoded: 5 })
  await cached.close()
})

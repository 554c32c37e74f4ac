// Encoders on a server: the requests, the checks of the answers, and the handling of every kind of fault.
import { describe, expect, test, vi } from 'vitest'
import { CallError, StopRun } from '../src/llm/errors.ts'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import type { ModelOptions } from '../src/encoders/open-options.ts'
import { DIMENSIONS, embeddingsOf, letterVector, startModelServer, type Answer } from './support/model-server.ts'
import { tempDir } from './support/files.ts'

const TEXTS = ['a cat', 'a dog in the rain', 'three ships']

const normalized = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector))
const rows = (vectors: Float32Array) =>
  Array.from({ length: vectors.length / DIMENSIONS }, (_, at) => [
    ...vectors.subarray(at * DIMENSIONS, (at + 1) * DIMENSIONS),
  ])
const near = (vectors: number[][]) => vectors.map((vector) => vector.map((value) => expect.closeTo(value, 5)))

const open = (url: string, options: ModelOptions = {}, settings = '') =>
  openEncoder(`small#v1@${url}/v1${settings}`, { OPENAI_API_KEY: 'sk-key-of-the-house' }, { maxRetries: 2, ...options })

/** A server that answers well, but for one answer to the texts of the test. */
const oddServer = (odd: (good: Record<string, unknown>[]) => unknown) =>
  startModelServer((call) => {
    const good = embeddingsOf(call) as { json: { data: Record<string, unknown>[] } }
    return (call.body['input'] as string[])[0] === 'winnow' ? good : { json: odd(good.json.data) }
  })

test('vectors come in the order of the texts, normalised, from whatever order and encoding the server has', async () => {
  const server = await startModelServer((call) => {
    const { json } = embeddingsOf(call) as { json: { data: object[] } }
    return { json: { ...json, data: json.data.toReversed() } }
  })
  const encoder = await open(server.url)
  expect(encoder).toMatchObject({ name: `small#v1@${server.url}/v1`, identity: 'small#v1', dimensions: DIMENSIONS })
  expect(rows(await encoder.encode(TEXTS, 'passage'))).toEqual(
    near(TEXTS.map((text) => normalized(letterVector(text)))),
  )
  expect(server.calls[0]).toMatchObject({
    path: '/v1/embeddings',
    body: { model: 'small', input: ['winnow'], encoding_format: 'base64' },
    headers: { authorization: 'Bearer sk-key-of-the-house' },
  })
  await encoder.close()
})

test('a server that knows no base64 is asked for numbers from then on', async () => {
  const server = await startModelServer((call) =>
    call.body['encoding_format'] === 'base64'
      ? { status: 422, body: { detail: [{ loc: ['body', 'encoding_format'], msg: "Input should be 'float'" }] } }
      : embeddingsOf(call),
  )
  const encoder = await open(server.url)
  expect(rows(await encoder.encode(TEXTS, 'query'))).toEqual(near(TEXTS.map((text) => normalized(letterVector(text)))))
  expect(server.calls.map(({ body }) => body['encoding_format'])).toEqual(['base64', 'float', 'float'])
})

test('prefixes, length and normalisation as the settings say; they are part of the identity', async () => {
  const server = await startModelServer(embeddingsOf)
  const encoder = await open(server.url, {}, `?dimensions=${DIMENSIONS}&normalize=false&query-prefix=ask:%20`)
  expect(encoder.identity).toBe(`small#v1?query-prefix=ask: &normalize=false&dimensions=${DIMENSIONS}`)
  expect(rows(await encoder.encode(['me'], 'query'))).toEqual([letterVector('ask: me')])
  expect(rows(await encoder.encode(['me'], 'passage'))).toEqual([letterVector('me')])
  expect(server.calls[1]?.body).toMatchObject({ dimensions: DIMENSIONS, input: ['ask: me'] })
})

test('an empty text is not sent: its vector is zero', async () => {
  const server = await startModelServer(embeddingsOf)
  const encoder = await open(server.url)
  const [empty, cat] = rows(await encoder.encode([' \n', 'cat'], 'passage'))
  expect(empty).toEqual(letterVector(''))
  expect(cat).toEqual(near([normalized(letterVector('cat'))])[0])
  expect(server.calls[1]?.body['input']).toEqual(['cat'])
  expect(rows(await encoder.encode([''], 'passage'))).toEqual([letterVector('')])
  expect(server.calls).toHaveLength(2)
})

test('many texts go in batches; one that the server finds too large is halved, and the next ones are smaller', async () => {
  const server = await startModelServer((call) =>
    (call.body['input'] as string[]).length > 8
      ? { status: 422, body: { message: 'batch size 32 > maximum allowed batch size 8', type: 'Validation' } }
      : embeddingsOf(call),
  )
  const texts = Array.from({ length: 40 }, (_, at) => `text ${at} ${'x'.repeat(at)}`)
  const encoder = await open(server.url)
  expect(rows(await encoder.encode(texts, 'passage'))).toEqual(
    near(texts.map((text) => normalized(letterVector(text)))),
  )
  const before = server.calls.length
  await encoder.encode(texts, 'passage')
  expect(server.calls.slice(before).map(({ body }) => (body['input'] as string[]).length)).toEqual([8, 8, 8, 8, 8])
})

test.each<[string, Answer]>([
  ['vLLM', { status: 400, body: { error: { message: "This model's maximum context length is 300 tokens" } } }],
  [
    'TEI',
    {
      status: 413,
      body: { error: 'Input validation error: `inputs` must have less than 300 tokens.', error_type: 'Validation' },
    },
  ],
  [
    'llama.cpp',
    {
      status: 500,
      body: {
        error: {
          message:
            'input (400 tokens) is too large to process. increase the physical batch size (current batch size: 300)',
        },
      },
    },
  ],
])('a text that is too long for %s is cut until it fits, and that is said', async (_name, refusal) => {
  const server = await startModelServer((call) =>
    (call.body['input'] as string[]).some((text) => text.length > 300) ? refusal : embeddingsOf(call),
  )
  const notices: string[] = []
  const encoder = await open(server.url, { onNotice: (notice) => notices.push(notice) })
  const long = 'word '.repeat(200)
  const [short, cut] = rows(await encoder.encode(['short', long], 'passage'))
  expect(short).toEqual(near([normalized(letterVector('short'))])[0])
  const kept = String(server.calls.at(-1)?.body['input'])
  expect(long.startsWith(kept)).toBe(true)
  expect(kept.length).toBeGreaterThan(225)
  expect(cut).toEqual(near([normalized(letterVector(kept))])[0])
  expect(server.calls.filter(({ body }) => String(body['input']) === long.slice(0, 750))).toHaveLength(1)
  const before = server.calls.length
  await encoder.encode(['one', 'two', 'three'], 'passage')
  expect(server.calls.length).toBe(before + 1)
  await encoder.close()
  expect(notices).toEqual([`small#v1@${server.url}/v1: 1 text was longer than the server takes and truncated`])
})

describe('answers that are none', () => {
  test.each<[string, (good: Record<string, unknown>[]) => unknown, string]>([
    ['no list', () => ({ error: 'no' }), 'no list "data": {"error":"no"}'],
    ['too few', (good) => ({ data: good.slice(1) }), '2 vectors for 3 texts'],
    [
      'another length',
      (good) => ({ data: good.map((item) => ({ ...item, embedding: [1, 2] })) }),
      'a vector of 2 dimensions at index 0, expected 8',
    ],
    [
      'NaN',
      (good) => ({ data: good.map((item) => ({ ...item, embedding: [...letterVector('x').slice(1), null] })) }),
      'not a finite number in the vector at index 0',
    ],
    [
      'words',
      (good) => ({ data: good.map((item) => ({ ...item, embedding: ['a', 'b'] })) }),
      'no vector of numbers at index 0',
    ],
    [
      'broken base64',
      (good) => ({ data: good.map((item) => ({ ...item, embedding: 'AAAAA' })) }),
      'no vector of numbers at index 0',
    ],
    ['an index twice', (good) => ({ data: good.map((item) => ({ ...item, index: 1 })) }), 'the index 1 twice'],
    ['an index beyond', (good) => ({ data: good.map((item) => ({ ...item, index: 7 })) }), 'an index 7 for 3 texts'],
  ])('%s', async (_name, odd, message) => {
    const server = await oddServer(odd)
    const encoder = await open(server.url)
    const failure = await encoder.encode(TEXTS, 'passage').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CallError)
    expect((failure as CallError).message).toContain(message)
    expect((failure as CallError).message).toContain(`${server.url}/v1 returned an unusable answer for small: `)
  })
})

describe('faults', () => {
  const error = (status: number, message: string, headers?: Record<string, string>): Answer => ({
    status,
    body: { error: { message } },
    ...(headers && { headers }),
  })

  test.each<[string, Answer]>([
    ['500', error(500, 'oops')],
    ['429', error(429, 'slow down', { 'retry-after-ms': '20' })],
    ['a dropped connection', 'hang-up'],
  ])('%s once is tried again', async (_name, fault) => {
    const server = await startModelServer((call, number) => (number === 2 ? fault : embeddingsOf(call)))
    const encoder = await open(server.url)
    expect(rows(await encoder.encode(['cat'], 'passage'))).toEqual(near([normalized(letterVector('cat'))]))
    expect(server.calls).toHaveLength(3)
  })

  test('a web page that says it is JSON is not asked for again, and said in a whole sentence', async () => {
    const page = { status: 200, body: '<html>hello</html>', headers: { 'content-type': 'application/json' } }
    const server = await startModelServer(() => page)
    await expect(open(server.url)).rejects.toMatchObject({
      message: `${server.url}/v1 returned a web page instead of JSON`,
      hint: expect.stringContaining('base URL'),
    })
    expect(server.calls).toHaveLength(1)
  })

  test('one text is one text', async () => {
    const server = await startModelServer(() => ({ json: { data: [] } }))
    await expect(open(server.url)).rejects.toThrow('0 vectors for 1 text: {"data":[]}')
  })

  test('500 every time ends with the number of attempts', async () => {
    const server = await startModelServer((call, number) => (number === 1 ? embeddingsOf(call) : error(500, 'oops')))
    const encoder = await open(server.url, { maxRetries: 1 })
    await expect(encoder.encode(['cat'], 'passage')).rejects.toThrow(/answered 500 for small: oops \(2 attempts\)/)
  })

  test('no answer within the time limit is tried again', async () => {
    const server = await startModelServer((call, number) => (number === 2 ? 'stall' : embeddingsOf(call)))
    const encoder = await open(server.url, { timeoutMs: 200 })
    expect(rows(await encoder.encode(['cat'], 'passage'))).toHaveLength(1)
  })

  test.each([
    [401, 'refused-key', 'OPENAI_API_KEY'],
    [404, 'unknown-model', 'has the model "small"'],
  ])('%i stops at once, with what to do', async (status, code, hint) => {
    const server = await startModelServer(() => error(status, 'no'))
    const failure = await open(server.url).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(StopRun)
    expect(failure).toMatchObject({ code, hint: expect.stringContaining(hint) })
    expect(server.calls).toHaveLength(1)
  })

  test('a server that is not there', async () => {
    await expect(openEncoder('small@http://127.0.0.1:9999/v1', {}, { maxRetries: 0 })).rejects.toMatchObject({
      code: 'endpoint-gone',
      message: expect.stringContaining('cannot reach http://127.0.0.1:9999/v1'),
    })
  })

  test('one that fails ends the other calls of the same texts', async () => {
    const server = await startModelServer(async (call) => {
      const texts = call.body['input'] as string[]
      if (texts.length === 1) return embeddingsOf(call)
      if (!texts.includes('text 0')) return 'stall'
      await vi.waitFor(() => expect(server.calls).toHaveLength(3))
      return error(403, 'no')
    })
    const encoder = await open(server.url)
    const texts = Array.from({ length: 64 }, (_, at) => `text ${at}`)
    await expect(encoder.encode(texts, 'passage')).rejects.toMatchObject({ code: 'refused-key' })
    await vi.waitFor(() => expect(server.waiting()).toBe(0))
  })

  test('an aborted call is not waited for', async () => {
    const server = await startModelServer((call, number) => (number === 2 ? 'stall' : embeddingsOf(call)))
    const encoder = await open(server.url)
    const stop = new AbortController()
    const call = encoder.encode(['cat'], 'passage', stop.signal)
    await vi.waitFor(() => expect(server.calls).toHaveLength(2))
    stop.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    expect(rows(await encoder.encode(['cat'], 'passage'))).toHaveLength(1)
  })

  test('what a server echoes of key and login reaches no message', async () => {
    const server = await startModelServer(({ headers }) => error(400, `got ${headers.authorization} here`))
    const { port } = new URL(server.url)
    const login = `small@http://user:hush-hush@127.0.0.1:${port}/v1?token=also-hush`
    const failures = [
      await openEncoder(login, {}).catch((thrown: Error) => thrown),
      await open(server.url).catch((thrown: Error) => thrown),
    ]
    const basic = Buffer.from('user:hush-hush').toString('base64')
    for (const failure of failures) {
      expect((failure as Error).message).toContain('answered 400 for small: got')
      for (const secret of ['hush-hush', basic, 'also-hush', 'sk-key-of-the-house']) {
        expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain(secret)
      }
    }
  })
})

test('an encoder is a scorer: inner products, in the order of the passages', async () => {
  const server = await startModelServer(embeddingsOf)
  const scorer = await openScorer(`small@${server.url}/v1`, { WINNOW_CACHE: tempDir() })
  const [query, ...passages] = ['a cat', 'a cat', 'a dog', 'zzz'].map((text) => normalized(letterVector(text)))
  const product = (passage: number[]) => passage.reduce((sum, value, at) => sum + value * (query as number[])[at]!, 0)
  const scores = await scorer.score('a cat', ['a cat', 'a dog', 'zzz'])
  expect(scores).toEqual(passages.map((passage) => expect.closeTo(product(passage), 5)))
  expect(await scorer.score('a cat', [])).toEqual([])
  expect(scorer.identity).toBe('small')
  const before = server.calls.length
  expect(await scorer.score('a cat', ['zzz', 'a dog'])).toEqual([scores[2], scores[1]])
  expect(server.calls.length).toBe(before)
  await scorer.close()
})

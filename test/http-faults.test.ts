// The handling of unusable HTTP answers: the same for a chat model, an encoder and a reranker, and without credentials in any message.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { MOST_BYTES } from '../src/llm/adapters/post.ts'
import type { ChatRequest } from '../src/llm/chat.ts'
import { CallError, StopRun } from '../src/llm/errors.ts'
import { openModel } from '../src/llm/models.ts'
import { parsePrices } from '../src/llm/prices.ts'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import { answer, half, json, startRawServer, type SocketAction } from './support/raw-server.ts'

const KEY = 'sk-key-of-the-house'
const ENV = { OPENAI_API_KEY: KEY }
const JSON_TYPE = { 'content-type': 'application/json' }
const ONCE = { maxRetries: 0 }

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'Is it so?' }],
  temperature: 0,
  maxTokens: 9,
  sample: 0,
  source: { method: 'rlhn', stage: 'judge', prompt: 'p', row: 'r', query: 'q', part: '1', attempt: 0 },
}

interface Asker {
  name: string
  path: string
  /** Asks once. `base` ends in `/v1`. */
  ask(base: string): Promise<unknown>
  right: unknown
}

const ASKERS: Asker[] = [
  {
    name: 'chat',
    path: '/v1/chat/completions',
    ask: async (base) => {
      const model = await openModel(`m@${base}`, parsePrices([]), ENV)
      return model.complete(REQUEST, new AbortController().signal)
    },
    right: { choices: [{ finish_reason: 'stop', message: { content: 'yes' } }] },
  },
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    ask: (base) => openEncoder(`m@${base}`, ENV, ONCE),
    right: { data: [{ embedding: [1, 2] }] },
  },
  {
    name: 'rerank',
    path: '/v1/rerank',
    ask: async (base) => (await openScorer(`m@${base}/rerank`, ENV, ONCE)).score('query', ['passage']),
    right: { results: [{ index: 0, relevance_score: 1 }] },
  },
]

/** What becomes of a call to a server that answers so: the code and the remedy. */
async function fateOf({ ask }: Asker, act: SocketAction): Promise<unknown[]> {
  const { url } = await startRawServer(act)
  const error: unknown = await ask(`${url}/v1`).then(
    () => expect.fail('it was answered'),
    (thrown: unknown) => thrown,
  )
  expect(String(error)).not.toContain(KEY)
  expect(JSON.stringify(error)).not.toContain(KEY)
  expect(String(error)).toContain(url)
  if (error instanceof StopRun) return [error.code, 'stop']
  return error instanceof CallError ? [error.code, error.details.remedy] : [error]
}

const echo: SocketAction = (socket) => answer(500, `{"error":{"message":"You sent Bearer ${KEY}"}}`, JSON_TYPE)(socket)

describe.each(ASKERS)('$name', (asker) => {
  test('asks below the base URL, with the key', async () => {
    const { url, requests } = await startRawServer(json(asker.right))
    await asker.ask(`${url}/v1`)
    expect(requests[0]).toMatch(new RegExp(`^POST ${asker.path} HTTP/1.1\r\n`))
    expect(requests[0]).toContain(`\r\nauthorization: Bearer ${KEY}\r\n`)
  })

  test.each<[string, SocketAction, string, string]>([
    ['half a body', half(200, JSON.stringify(asker.right), JSON_TYPE), 'dropped', 'retry'],
    ['a reset', (socket) => void socket.resetAndDestroy(), 'dropped', 'retry'],
    ['another protocol', (socket) => void socket.end('SSH-2.0-x\r\n'), 'dropped', 'retry'],
    ['a body that is no gzip', answer(200, 'no gzip', { 'content-encoding': 'gzip' }), 'dropped', 'retry'],
    ['broken JSON', answer(200, '{"a":', JSON_TYPE), 'not-json', 'retry'],
    [
      'a body without end',
      answer(200, gzipSync(Buffer.alloc(MOST_BYTES + 1)), { 'content-encoding': 'gzip' }),
      'too-large',
      'give-up',
    ],
    ['half of a refused key', half(401, '{"error":"no"}', JSON_TYPE), 'refused-key', 'stop'],
    ['a server that says the key', echo, 'http-500', 'retry'],
    ['another address', answer(301, '', { location: 'https://elsewhere/v1?token=t' }), 'moved', 'stop'],
    ['304', (socket) => void socket.write('HTTP/1.1 304 x\r\n\r\n'), 'http-304', 'give-up'],
  ])('%s', async (_name, act, ...fate) => expect(await fateOf(asker, act)).toEqual(fate))

  test('nothing in an answer of 204', async () => {
    const fate = await fateOf(asker, (socket) => void socket.write('HTTP/1.1 204 x\r\n\r\n'))
    expect(fate).toEqual(asker.name === 'chat' ? ['not-a-completion', 'retry'] : ['not-an-answer', 'give-up'])
  })

  test.each([['text/html'], ['application/json']])('a web page as %s', async (type) => {
    const fate = await fateOf(asker, answer(200, '<html>Sign in</html>', { 'content-type': type }))
    const isJson = type === 'application/json'
    if (asker.name === 'chat') expect(fate).toEqual([isJson ? 'web-page' : 'not-a-completion', 'retry'])
    else expect(fate).toEqual([isJson ? 'web-page' : 'not-an-answer', 'give-up'])
  })
})

test('a key that no header can hold stops the run and is not shown', async () => {
  const { url } = await startRawServer(json({}))
  const model = await openModel(`m@${url}`, parsePrices([]), { OPENAI_API_KEY: '“sk-quoted”' })
  const call = model.complete(REQUEST, new AbortController().signal)
  const error = { code: 'not-sendable', message: `${url} cannot be asked: invalid authorization header` }
  await expect(call).rejects.toMatchObject({ ...error, details: { remedy: 'stop' } })
})

test('where a server has moved to is told without login and query', async () => {
  const { url } = await startRawServer(answer(301, '', { location: 'https://me:secret@elsewhere/v1/ask?token=t' }))
  const model = await openModel(`m@${url}`, parsePrices([]), ENV)
  const call = model.complete(REQUEST, new AbortController().signal)
  await expect(call).rejects.toMatchObject({ hint: 'It has moved: use https://elsewhere/v1/ask instead.' })
})

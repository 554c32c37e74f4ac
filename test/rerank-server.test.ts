// Rerankers on a server: the request and answer formats of servers, and the answers that are rejected.
import { describe, expect, test, vi } from 'vitest'
import { CallError } from '../src/llm/errors.ts'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import { startModelServer, type Answer } from './support/model-server.ts'

const PASSAGES = ['one', 'three', 'seventeen']

/** The score of a passage is its length: negative, so that nobody takes it for a probability. */
const scoreOf = (passage: string) => -passage.length
const scores = PASSAGES.map(scoreOf)

const ranked = (passages: string[], key: string) =>
  passages
    .map((passage, index) => ({ index, [key]: scoreOf(passage) }))
    .toSorted((one, other) => (one.index % 2) - (other.index % 2))

const open = (url: string, path = '/v1/rerank') =>
  openScorer(`ranker#a@${url}${path}`, { OPENAI_API_KEY: 'sk-key' }, { maxRetries: 1 })

test('Cohere, Jina and vLLM: documents in, results with relevance scores out, in any order', async () => {
  const server = await startModelServer(({ body }) => ({
    json: { results: ranked(body['documents'] as string[], 'relevance_score') },
  }))
  const scorer = await open(server.url)
  expect(await scorer.score('query', PASSAGES)).toEqual(scores)
  expect(scorer).toMatchObject({ name: `ranker#a@${server.url}/v1/rerank`, identity: 'ranker#a' })
  expect(server.calls).toHaveLength(1)
  expect(server.calls[0]).toMatchObject({ path: '/v1/rerank', headers: { authorization: 'Bearer sk-key' } })
  expect(server.calls[0]?.body).toEqual({
    model: 'ranker',
    query: 'query',
    documents: PASSAGES,
    top_n: 3,
    return_documents: false,
  })
})

test('TEI: asks for texts, answers a list; found out once', async () => {
  const server = await startModelServer(({ body }) =>
    Array.isArray(body['texts'])
      ? { json: ranked(body['texts'] as string[], 'score') }
      : { status: 422, body: 'Failed to deserialize the JSON body into the target type: missing field `texts`' },
  )
  const scorer = await open(server.url, '/rerank')
  expect(await scorer.score('query', PASSAGES)).toEqual(scores)
  expect(await scorer.score('query', PASSAGES)).toEqual(scores)
  expect(server.calls.map(({ path, body }) => [path, Object.keys(body)])).toEqual([
    ['/rerank', ['model', 'query', 'documents', 'top_n', 'return_documents']],
    ['/rerank', ['model', 'query', 'texts']],
    ['/rerank', ['model', 'query', 'texts']],
  ])
})

test('a server that refuses a parameter is asked without it', async () => {
  const server = await startModelServer(({ body }) =>
    'return_documents' in body
      ? { status: 400, body: { message: 'unknown field: return_documents' } }
      : { json: { results: ranked(body['documents'] as string[], 'relevance_score') } },
  )
  const scorer = await open(server.url)
  expect(await scorer.score('query', PASSAGES)).toEqual(scores)
})

test('many passages go in batches that the server takes', async () => {
  const server = await startModelServer(({ body }) => {
    const texts = body['documents'] as string[]
    if (texts.length > 32)
      return { status: 413, body: { error: `batch size ${texts.length} > maximum allowed batch size 32` } }
    return { json: { results: ranked(texts, 'relevance_score') } }
  })
  const passages = Array.from({ length: 150 }, (_, at) => 'x'.repeat(at + 1))
  const scorer = await open(server.url)
  expect(await scorer.score('query', passages)).toEqual(passages.map(scoreOf))
  const before = server.calls.length
  await scorer.score('another', passages)
  expect(server.calls.slice(before).map(({ body }) => (body['documents'] as string[]).length)).toEqual([
    25, 25, 25, 25, 25, 25,
  ])
})

describe('answers that are none', () => {
  const good = ranked(PASSAGES, 'relevance_score')
  test.each<[string, unknown, string]>([
    ['no results', { error: 'busy' }, 'no list of results: {"error":"busy"}'],
    ['one missing', { results: good.slice(1) }, 'no score for index 0, 2 for 3 passages'],
    ['one twice', { results: [...good, good[0]] }, 'the index 0 twice'],
    ['an index beyond', { results: [...good.slice(1), { index: 3, relevance_score: 1 }] }, 'an index 3 for 3 passages'],
    ['no index', { results: [{ relevance_score: 1 }] }, 'an index undefined for 3 passages'],
    [
      'no number',
      { results: good.map(({ index }) => ({ index, relevance_score: 'high' })) },
      'the score "high" at index 0',
    ],
    ['NaN', { results: good.map(({ index }) => ({ index, relevance_score: null })) }, 'the score null at index 0'],
  ])('%s', async (_name, json, message) => {
    const server = await startModelServer(() => ({ json }))
    const failure = await (await open(server.url)).score('query', PASSAGES).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CallError)
    expect((failure as CallError).message).toContain(message)
    expect((failure as CallError).message).toContain('/rerank returned an unusable answer for ')
  })
})

test('faults: tried again, refused, aborted', async () => {
  let next: Answer | undefined
  const server = await startModelServer(({ body }) => {
    const answer = next ?? { json: { results: ranked(body['documents'] as string[], 'relevance_score') } }
    next = undefined
    return answer
  })
  const scorer = await open(server.url)
  next = { status: 503, body: { message: 'busy' } }
  expect(await scorer.score('query', PASSAGES)).toEqual(scores)
  next = 'stall'
  const stop = new AbortController()
  const call = scorer.score('query', PASSAGES, stop.signal)
  await vi.waitFor(() => expect(server.calls).toHaveLength(3))
  stop.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  next = { status: 401, body: { message: 'no key sk-key' } }
  const refused = await scorer.score('query', PASSAGES).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'refused-key' })
  expect(String(refused)).not.toContain('sk-key')
})

test('a reranker gives no vectors', async () => {
  await expect(openEncoder('ranker@http://127.0.0.1:9/rerank', {})).rejects.toThrow(
    'ranker@http://127.0.0.1:9/rerank is a reranker and returns no vectors',
  )
})

import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { capacityOf } from './capacity.ts'

/** A server that answers some paths with JSON; `undefined` never answers, all others are not there. */
async function serving(answers: Record<string, unknown>) {
  const seen: { url: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer(({ url = '', headers }, response) => {
    seen.push({ url, headers })
    if (!(url in answers)) return response.writeHead(404).end('<html>no</html>')
    if (answers[url] === undefined) return
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[url]))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return { seen, server: { base, search: '', headers: { authorization: 'Bearer key' } } }
}

const PS = {
  models: [
    { name: 'other', context_length: 1 },
    { name: 'qwen:latest', context_length: 4096 },
  ],
}

test.each([
  [
    'llama.cpp',
    { '/props': { total_slots: 2, default_generation_settings: { n_ctx: 8192 } } },
    { software: 'llama.cpp', slots: 2, tokens: 8192 },
  ],
  ['llama.cpp without a context', { '/props': { total_slots: 2 } }, { software: 'llama.cpp', slots: 2 }],
  ['Ollama', { '/api/ps': PS }, { software: 'Ollama', tokens: 4096 }],
  ['Ollama with nothing loaded', { '/api/ps': { models: [] } }, { software: 'Ollama' }],
  ['vLLM', { '/v1/models': { data: [{ id: 'qwen', owned_by: 'vllm' }] } }, { software: 'vLLM', slots: Infinity }],
  ['another', { '/v1/models': { data: [{ id: 'qwen', owned_by: 'me' }] } }, undefined],
  ['nonsense', { '/props': [7], '/api/ps': 'x', '/v1/models': { data: {} } }, undefined],
  ['slots that are no number', { '/props': { total_slots: -3 } }, undefined],
  ['nothing', {}, undefined],
])('%s', async (_name, answers, capacity) => {
  const { server } = await serving(answers)
  expect(await capacityOf(server, 'qwen')).toEqual(capacity)
})

test('a server that does not answer is waited for a moment, one that is not there not at all', async () => {
  const { server, seen } = await serving({ '/props': undefined, '/v1/models': { data: [{ owned_by: 'vllm' }] } })
  const started = performance.now()
  expect(await capacityOf(server, 'qwen')).toEqual({ software: 'vLLM', slots: Infinity })
  expect(performance.now() - started).toBeLessThan(4_000)
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(Array.from(seen, () => 'Bearer key'))
  expect(await capacityOf({ ...server, base: 'http://127.0.0.1:9/v1' }, 'qwen')).toBeUndefined()
})

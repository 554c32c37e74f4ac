import { expect, test } from 'vitest'
import type { ChatRequest } from '../../chat.ts'
import { fakeLlama, said } from '../../../../test/support/fake-llama.ts'
import { openGgufCounter } from './counter.ts'
import { loadLlama } from './llama.ts'

const request = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'gguf:m#1',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content },
  ],
  temperature: 0.1,
  maxTokens: 100,
  sample: 0,
  source: { method: 'm', stage: 's', prompt: 'p', row: 'r', query: 'q', part: '1', attempt: 1 },
  ...more,
})
const never = new AbortController().signal

test('a reply with its reasoning, its tokens and why it ended', async () => {
  const { model, calls } = fakeLlama(({ history }) =>
    said('yes', history.length === 2 ? 'eogToken' : 'maxTokens', 'hm'),
  )
  const { reply } = await model.complete(request('?', { sample: 3 }), never)
  expect(reply).toEqual({
    text: 'yes',
    finishReason: 'stop',
    reasoning: 'hm',
    usage: { input: 10, output: 3, cached: 0, reasoning: 0 },
  })
  expect(calls[0]).toMatchObject({
    wrapper: 'thinking',
    history: [
      { type: 'system', text: 'Be brief.' },
      { type: 'user', text: '?' },
    ],
    options: { maxTokens: 100, temperature: 0.1, seed: 3, repeatPenalty: false },
  })
  const three = [...request('?').messages, { role: 'assistant' as const, content: 'well' }]
  expect((await model.complete(request('?', { messages: three }), never)).reply.finishReason).toBe('length')
  expect(calls[1]?.history.at(-1)).toEqual({ type: 'model', response: ['well'] })
})

test('each call has a sequence to itself, the rest wait their turn, and a beginning is read once', async () => {
  const busy = new Set<number>()
  const { model } = fakeLlama(async ({ sequence, history }) => {
    expect(busy.has(sequence)).toBe(false)
    busy.add(sequence)
    await new Promise((resolve) => setTimeout(resolve, 5))
    busy.delete(sequence)
    return said((history.at(-1) as { text: string }).text)
  })
  const asked = ['apples 1', 'bears 1', 'apples 2', 'bears 2', 'apples 3', 'bears 3']
  const replies = await Promise.all(asked.map((each) => model.complete(request(each), never)))
  expect(replies.map(({ reply }) => reply.text)).toEqual(asked)
  expect(replies.slice(2).map(({ reply }) => reply.usage?.cached)).toEqual([16, 15, 16, 15])
})

test('what the format allows is a grammar; a regular expression cannot be one', async () => {
  const { model, calls } = fakeLlama(() => said('yes'))
  await model.complete(request('?', { format: { json: { type: 'string' } }, think: false }), never)
  await model.complete(request('?', { format: { grammar: 'root ::= "yes"' } }), never)
  expect(calls.map(({ options }) => options.grammar)).toEqual([
    { schema: { type: 'string' } },
    { grammar: 'root ::= "yes"' },
  ])
  expect(calls.map(({ wrapper }) => wrapper)).toEqual(['direct', 'thinking'])
  await expect(model.complete(request('?', { format: { regex: 'yes|no' } }), never)).rejects.toMatchObject({
    code: 'no-such-format',
    details: { remedy: 'stop' },
  })
})

test('a prompt without room for a reply is split; where there is some room, the reply is shorter', async () => {
  const { model, calls } = fakeLlama(() => said('yes'))
  await expect(model.complete(request('x'.repeat(1900)), never)).rejects.toMatchObject({
    code: 'too-long',
    details: { remedy: 'split' },
  })
  await model.complete(request('x'.repeat(800), { maxTokens: 4096 }), never)
  expect(calls.map(({ options }) => options.maxTokens)).toEqual([2000 - 16 - 809])
})

test('a call that is given up frees its sequence, or its place in the queue', async () => {
  const { model, disposed } = fakeLlama(
    ({ options }) =>
      new Promise((resolve, reject) => {
        if (options.seed === 9) resolve(said('yes'))
        options.signal.addEventListener('abort', () => reject(options.signal.reason as Error))
      }),
    { room: 1 },
  )
  const [running, waiting] = [new AbortController(), new AbortController()]
  const calls = [model.complete(request('1'), running.signal), model.complete(request('2'), waiting.signal)]
  const last = model.complete(request('3', { sample: 9 }), never)
  setTimeout(() => waiting.abort(), 5)
  setTimeout(() => running.abort(), 10)
  const ends = await Promise.allSettled(calls)
  expect(ends).toMatchObject(Array.from(calls, () => ({ status: 'rejected', reason: { code: 'aborted' } })))
  expect((await last).reply.text).toBe('yes')
  expect(disposed).toEqual(['history'])
})

test('memory is freed, and nothing is loaded before the first call', async () => {
  const { model, disposed } = fakeLlama(() => said('yes'))
  await model.close()
  expect(disposed).toEqual([])
  await model.complete(request('?'), never)
  await model.close()
  expect(disposed).toEqual(['context', 'model', 'llama'])
})

test('without a GPU it computes on the threads asked for', async () => {
  const { model, contexts } = fakeLlama(() => said('yes'), { threads: 3 })
  await model.complete(request('?'), never)
  expect(contexts.at(-1)).toEqual({ contextSize: 2000, threads: 3 })
})

test('a model that cannot be loaded stops the run', async () => {
  const { model, disposed } = fakeLlama(() => said('yes'), { room: 0 })
  await expect(model.complete(request('?'), never)).rejects.toMatchObject({
    code: 'cannot-load',
    message: 'cannot load gguf:m.gguf: insufficient memory',
    details: { remedy: 'stop' },
  })
  expect(disposed).toEqual(['llama'])
})

test('without the library there is the line that installs it', async () => {
  const missing = loadLlama({ WINNOW_LLAMA_CPP: '/nowhere' })
  await expect(missing).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('node_modules/node-llama-cpp'),
  })
})

test('tokens are counted with the vocabulary alone, in the chat template, and it is freed', async () => {
  const { module, calls, disposed } = fakeLlama(() => said('never'))
  const counter = await openGgufCounter(module, 'm.gguf')
  expect(counter.prompt(request('How many?').messages)).toBe('Be brief.How many?'.length)
  expect(counter.text('four')).toBe(4)
  await counter.close()
  expect([calls, disposed]).toEqual([[], ['model', 'llama']])
})

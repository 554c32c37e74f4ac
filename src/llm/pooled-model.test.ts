// A model on several servers: which one is asked, what is said of one that does not answer, what the user hears.
import { expect, onTestFinished, test, vi } from 'vitest'
import { requestOf } from '../../test/support/ledger-entries.ts'
import type { ChatModel } from './chat.ts'
import { CallError, type CallErrorDetails } from './errors.ts'
import { pooledModel } from './pooled-model.ts'

const never = new AbortController().signal
const failing = (details: Partial<CallErrorDetails> = {}) =>
  new CallError('unreachable', 'cannot reach it', { remedy: 'retry', ...details })

/** A model at a place whose answers are decided by the test. */
function placeOf(endpoint: string, answer: () => Promise<string> = async () => 'yes') {
  const asked = { count: 0 }
  const model: ChatModel = {
    identity: 'm',
    endpoint,
    price: { input: 1, output: 2 },
    complete: async () => {
      asked.count += 1
      return { reply: { text: await answer(), finishReason: 'stop' } }
    },
  }
  return { model, asked }
}

test('calls are spread by how many each server has', async () => {
  const waiting: (() => void)[] = []
  const slow = placeOf('http://a', () => new Promise((resolve) => waiting.push(() => resolve('slow'))))
  const quick = placeOf('http://b')
  const pool = pooledModel([slow.model, quick.model], () => undefined)
  expect([pool.endpoint, pool.places]).toEqual(['http://a, http://b', 2])
  const first = pool.complete(requestOf('a'), never)
  for (const content of ['b', 'c', 'd']) {
    expect((await pool.complete(requestOf(content), never)).endpoint).toBe('http://b')
  }
  while (waiting.length > 0) waiting.pop()?.()
  expect(await first).toMatchObject({ endpoint: 'http://a', reply: { text: 'slow' } })
  expect([slow.asked.count, quick.asked.count]).toEqual([1, 3])
})

test('a server that cannot be reached is left alone for a while, and the user hears it once', async () => {
  const dead = placeOf('http://a', () => Promise.reject(failing()))
  const live = placeOf('http://b')
  const said: string[] = []
  const pool = pooledModel([dead.model, live.model], (sentence) => said.push(sentence))
  for (let call = 0; call < 20; call++) {
    expect((await pool.complete(requestOf(String(call)), never)).endpoint).toBe('http://b')
  }
  expect(dead.asked.count).toBe(1)
  expect([live.asked.count, said]).toEqual([20, []])
})

test('when none answers, the error is thrown', async () => {
  const places = ['http://a', 'http://b'].map((endpoint) => placeOf(endpoint, () => Promise.reject(failing())))
  const said: string[] = []
  const pool = pooledModel(
    places.map(({ model }) => model),
    (sentence) => said.push(sentence),
  )
  for (let call = 0; call < 3; call++)
    await expect(pool.complete(requestOf('a'), never)).rejects.toThrow('cannot reach')
  expect(places.map(({ asked }) => asked.count)).toEqual([3, 3])
  expect(said).toHaveLength(2)
})

test.each([
  ['that may have been billed', { maybeBilled: true }],
  ['of an overloaded server', { overload: true }],
  ['that is the request’s own', { remedy: 'give-up' as const }],
])('a failure %s is not tried elsewhere at once', async (_what, details) => {
  const one = placeOf('http://a', () => Promise.reject(failing(details)))
  const other = placeOf('http://b', () => Promise.reject(failing(details)))
  const pool = pooledModel([one.model, other.model], () => undefined)
  await expect(pool.complete(requestOf('a'), never)).rejects.toThrow('cannot reach')
  expect(one.asked.count + other.asked.count).toBe(1)
})

test('a server that never answers rests once time is over, and then gets one call at a time', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const hung: (() => void)[] = []
  const stalled = placeOf('http://a', () => new Promise((_resolve, reject) => hung.push(() => reject(failing()))))
  const live = placeOf('http://b')
  const said: string[] = []
  const pool = pooledModel([stalled.model, live.model], (sentence) => said.push(sentence))
  const timeOver = new AbortController()
  const calls = [0, 1, 2].map(() => pool.complete(requestOf('a'), timeOver.signal))
  const outcomes = Promise.allSettled(calls)
  expect(stalled.asked.count).toBeGreaterThan(0)
  timeOver.abort()
  while (hung.length > 0) hung.pop()?.()
  await outcomes
  const before = stalled.asked.count
  for (let call = 0; call < 5; call++) {
    expect((await pool.complete(requestOf('b'), never)).endpoint).toBe('http://b')
  }
  expect(stalled.asked.count).toBe(before)
  vi.advanceTimersByTime(120_000)
  const tried = pool.complete(requestOf('c'), never).catch(() => undefined)
  for (let call = 0; call < 5; call++) {
    expect((await pool.complete(requestOf('d'), never)).endpoint).toBe('http://b')
  }
  expect(stalled.asked.count).toBe(before + 1)
  hung.pop()?.()
  await tried
})

test('its price is the dearest, and unknown if one is', () => {
  const [cheap, dear] = [placeOf('http://a').model, { ...placeOf('http://b').model, price: { input: 5, output: 9 } }]
  expect(pooledModel([cheap, dear], () => undefined).price).toEqual({ input: 5, output: 9 })
  expect(pooledModel([cheap, { ...dear, price: undefined }], () => undefined).price).toBeUndefined()
})

test('it takes as many calls as all of its servers', async () => {
  const [one, other] = [8, 4].map((slots) => ({
    ...placeOf(`http://${slots}`).model,
    capacity: async () => ({ software: 'llama.cpp', slots, tokens: 1000 * slots }),
  })) as [ChatModel, ChatModel]
  expect(await pooledModel([one, other], () => undefined).capacity?.()).toEqual({
    software: 'llama.cpp',
    slots: 12,
    tokens: 4000,
  })
  expect(await pooledModel([one, placeOf('http://c').model], () => undefined).capacity?.()).toBeUndefined()
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { BATCH_PRICES_AS_OF } from './batch-rates.ts'
import { batchPriceOf, costOf, parsePrices, priceOf, PRICES_AS_OF, unusedPrices } from './prices.ts'

const usage = { input: 1000, output: 100, cached: 0, reasoning: 0 }

const none = parsePrices([])

test('list prices go by exact name; what is not there is unknown, never nothing', async () => {
  expect(await priceOf('gpt-4o-mini', none)).toEqual({ input: 0.15, output: 0.6 })
  expect(await priceOf('gpt-5.4-nano', none)).toMatchObject({ input: 0.2, output: 1.25 })
  expect(await priceOf('gpt-4o-2024-05-13', none)).toEqual({ input: 5, output: 15 })
  for (const name of ['gpt-4o-mini-of-mine', 'ft:gpt-4o-mini:me', 'qwen3:8b', 'm'])
    expect(await priceOf(name, none), name).toBeUndefined()
  expect(costOf(undefined, usage)).toBeNull()
})

test("a provider has its own prices; a server of one's own has those of OpenAI's names, but not of open weights", async () => {
  expect(await priceOf('claude-haiku-4-5', none, 'https://api.anthropic.com/v1')).toEqual({ input: 1, output: 5 })
  expect(await priceOf('claude-haiku-4-5', none)).toBeUndefined()
  expect(await priceOf('qwen/qwen3-32b', none, 'https://openrouter.ai/api/v1')).toEqual({ input: 0.1, output: 0.3 })
  expect(await priceOf('gpt-4o', none, 'http://127.0.0.1:8000/v1')).toEqual({ input: 2.5, output: 10 })
  expect(await priceOf('gpt-oss-20b', none, 'http://127.0.0.1:8000/v1')).toBeUndefined()
})

test('a price under a name that no model has is told', () => {
  const given = parsePrices(['small=1/2', 'smal=1/2', '0/0'])
  expect(unusedPrices(given, ['small', 'large', 'small'])).toBe(
    '--price smal: no model of this run has this name; it has small and large',
  )
  expect(unusedPrices(given, ['small', 'smal'])).toBeUndefined()
  expect(unusedPrices(none, ['small'])).toBeUndefined()
})

test('a long input costs what its length does', async () => {
  const price = await priceOf('gpt-5.4', none)
  expect(price).toEqual({ input: 2.5, output: 15, long: { from: 271_999, input: 5, output: 22.5 } })
  expect(costOf(price, { ...usage, input: 1_000 })).toBe(4_000_000)
  expect(costOf(price, { ...usage, input: 300_000 })).toBe(1_502_250_000)
})

test('the day of the prices is that of the version that is installed', () => {
  const path = resolve(import.meta.dirname, '../../node_modules/@pydantic/genai-prices/package.json')
  expect([(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version, PRICES_AS_OF]).toEqual([
    '0.1.8',
    '2026-09-23',
  ])
})

test('a batch costs what the lists say of batches, by provider; what they do not say is unknown', async () => {
  expect(await batchPriceOf('gpt-5.4-nano', none, 'openai')).toEqual({ input: 0.1, output: 0.625 })
  expect(await batchPriceOf('gpt-5.4', none, 'openai')).toEqual({
    input: 1.25,
    output: 7.5,
    long: { from: 272_000, input: 2.5, output: 11.25 },
  })
  expect(await batchPriceOf('claude-haiku-4-5', none, 'anthropic')).toEqual({ input: 0.5, output: 2.5 })
  expect(await batchPriceOf('gemini-3.1-flash-lite', none, 'gemini')).toEqual({ input: 0.125, output: 0.75 })
  expect(await batchPriceOf('openai/gpt-6-luna', none, 'openrouter')).toMatchObject({ input: 0.0625, output: 0.25 })
  const unknown = [
    ['gpt-5.4-nano', 'azure'],
    ['gpt-5.4-nano', 'anthropic'],
    ['gpt-5.4-na', 'openai'],
    ['', 'openai'],
    ['qwen/qwen3-32b', 'openrouter'],
    ['openai/gpt-oss-20b', 'together'],
    ['gpt-4o', 'no-such'],
  ] as const
  for (const [model, provider] of unknown) expect(await batchPriceOf(model, none, provider), model).toBeUndefined()
})

test('half of the price online is not assumed, and no batch price is above it', async () => {
  expect(BATCH_PRICES_AS_OF).toBe('2026-11-10')
  expect(await batchPriceOf('gpt-4', none, 'openai')).toEqual({ input: 15, output: 30 })
  for (const name of ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1', 'gpt-5.4-mini', 'o4-mini']) {
    const [batch, online] = [await batchPriceOf(name, none, 'openai'), await priceOf(name, none)]
    expect(batch?.input, name).toBeLessThan(online?.input ?? 0)
    expect(batch?.output, name).toBeLessThan(online?.output ?? 0)
  }
})

test('a given price counts in batch too', async () => {
  const given = parsePrices(['1/2', 'gpt-4o=.5/3'])
  expect(await batchPriceOf('gpt-4o', given, 'openai')).toEqual({ input: 0.5, output: 3 })
  expect(await batchPriceOf('gpt-4o-mini', given, 'openai')).toEqual({ input: 0.075, output: 0.3 })
  expect(await batchPriceOf('mine', given, 'azure')).toEqual({ input: 1, output: 2 })
})

test('a given price is for the models without one, or for the one it names', async () => {
  const given = parsePrices(['1/2', 'gpt-4o=.5/3'])
  expect(await priceOf('mine', given)).toEqual({ input: 1, output: 2 })
  expect(await priceOf('gpt-4o-mini', given)).toEqual({ input: 0.15, output: 0.6 })
  expect(await priceOf('gpt-4o', given)).toEqual({ input: 0.5, output: 3 })
})

test('cost is in billionths of a dollar; unknown without token counts, unless the price is nothing', () => {
  expect(costOf({ input: 2.5, output: 10 }, usage)).toBe(3_500_000)
  expect(costOf({ input: 2.5, output: 10 }, undefined)).toBeNull()
  expect(costOf({ input: 0, output: 0 }, undefined)).toBe(0)
})

test.each(['', '1', '1/', 'a/b', '1/2/3', '-1/2', 'x=1'])('%j is refused with the two forms', (text) => {
  expect(() => parsePrices([text])).toThrow('allowed: IN/OUT or MODEL=IN/OUT')
})

test('two prices for all others contradict each other', () => {
  expect(() => parsePrices(['1/2', '3/4'])).toThrow('twice')
})

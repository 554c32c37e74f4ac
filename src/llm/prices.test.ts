import { expect, test } from 'vitest'
import { costOf, parsePrices, priceOf } from './prices.ts'

const usage = { input: 1000, output: 100, cached: 0, reasoning: 0 }

test('table prices go by exact name; what is not there is unknown, never nothing', () => {
  const none = parsePrices([])
  expect(priceOf('gpt-4o-mini', none)).toEqual({ input: 0.15, output: 0.6 })
  expect(priceOf('gpt-4o-2024-05-13', none)).toBeUndefined()
  expect(costOf(undefined, usage)).toBeNull()
})

test('a given price is for the models without one, or for the one it names', () => {
  const given = parsePrices(['1/2', 'gpt-4o=.5/3'])
  expect(priceOf('mine', given)).toEqual({ input: 1, output: 2 })
  expect(priceOf('gpt-4o-mini', given)).toEqual({ input: 0.15, output: 0.6 })
  expect(priceOf('gpt-4o', given)).toEqual({ input: 0.5, output: 3 })
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

// Which token counts are believed: a lie makes a reply cost what it could have cost at most, never less and never nothing.
import { describe, expect, test } from 'vitest'
import type { ChatRequest, Usage } from './chat.ts'
import { believedUsage, promptBytesOf } from './usage.ts'

const request: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'x'.repeat(400) }],
  temperature: 0,
  maxTokens: 100,
  sample: 0,
  source: { method: 'rlhn', stage: 'judge', prompt: 'p@1', row: 'r', query: 'q', part: '1', attempt: 0 },
}
const honest: Usage = { input: 100, output: 20, cached: 10, reasoning: 5 }
const read = (usage: Partial<Usage>, text = 'yes') =>
  believedUsage({ text, finishReason: 'stop', usage: { ...honest, ...usage } }, promptBytesOf(request))

test('counts that can be true are kept', () => {
  expect(read({})).toEqual(honest)
  expect(read({ output: 0, reasoning: 0 }, '')).toEqual({ ...honest, output: 0, reasoning: 0 })
  expect(read({ output: 5000 }), 'more than was allowed is billed all the same').toMatchObject({ output: 5000 })
})

test('no part is larger than the whole', () => {
  expect(read({ cached: 1000, reasoning: 1000 })).toEqual({ input: 100, output: 20, cached: 100, reasoning: 20 })
})

describe.each(['input', 'output', 'cached', 'reasoning'] as const)('%s', (field) => {
  test.each([-1, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 1e300, 10_000_001])('%d is unknown', (count) => {
    expect(read({ [field]: count })).toBeUndefined()
  })
})

test('no tokens for a text that is there are unknown', () => {
  expect(read({ input: 0 })).toBeUndefined()
  expect(read({ input: 3 }), 'one for more than a hundred bytes').toBeUndefined()
  expect(read({ output: 0, reasoning: 0 })).toBeUndefined()
})

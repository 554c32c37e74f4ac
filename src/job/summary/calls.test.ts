// The calls of a stage in words.
import { describe, expect, it } from 'vitest'
import { noCalls } from '../call-totals.ts'
import { callCells } from './calls.ts'

describe('the tokens of a stage', () => {
  it.each([
    ['no call was made', {}, '0', '0'],
    ['all replies were in the ledger', { found: 3 }, '0', '0'],
    ['the server said none', { made: 3, unpriced: 3 }, 'unknown', 'unknown'],
    ['the server said those of the replies alone', { made: 3, outputTokens: 12, unpriced: 3 }, 'unknown', '12'],
    ['the model runs in this process', { made: 3 }, '0', '0'],
    ['the replies are empty', { made: 3, inputTokens: 30 }, '30', '0'],
  ] as const)('where %s', (_what, calls, input, output) => {
    expect(callCells({ ...noCalls('m'), ...calls })).toMatchObject({ input, output })
  })
})

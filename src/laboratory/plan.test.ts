// The expected variation of differences, estimated from untrained vectors: the figures of bench/results/compare.md.
import { describe, expect, it } from 'vitest'
import { expectedComponents } from './plan.ts'

describe('the expected spread', () => {
  it('is a quarter of that between queries, for queries and for pairs, and 0.4 points for seeds', () => {
    // The means over the seeds are 0, 0.5 and 1: a standard deviation of 0.5.
    const { queries, cells, seeds } = expectedComponents([
      [0, 0.4, 1],
      [0, 0.6, 1],
    ])
    expect([queries, cells, seeds].map(Math.sqrt)).toEqual([
      expect.closeTo(0.125, 12),
      expect.closeTo(0.125, 12),
      expect.closeTo(0.004, 12),
    ])
  })
})

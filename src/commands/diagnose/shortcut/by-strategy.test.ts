// Figures of each strategy, computed by hand.
import { describe, expect, it } from 'vitest'
import { byStrategy } from './by-strategy.ts'
import type { Case } from './case.ts'

describe('by strategy', () => {
  it('compares the negatives of each with all mined ones of their rows, and knows which are dead', () => {
    const caseWith = (query: string, ...strategies: string[]): Case => ({
      query,
      positives: [],
      mined: ['m', 'n'],
      generated: strategies.map((_, at) => `g${at}`),
      strategies,
    })
    const cases = [
      caseWith('1', 'near', 'far'),
      caseWith('2', 'far', '', 'far'),
      { ...caseWith('3', 'x'), strategies: [] },
    ]
    const similarities = [
      { positives: [], mined: [0.4, 0.5], generated: [0.45, -0.9] },
      { positives: [], mined: [0.4, 0.5], generated: [0.6, 0.9, -0.9] },
      { positives: [], mined: [0, 0], generated: [1] },
    ]
    const found = byStrategy(cases, similarities, 0.1)
    expect(found.map(({ strategy, negatives }) => [strategy, negatives])).toEqual([
      ['far', 3],
      ['near', 1],
    ])
    expect(found.map(({ auc, dead }) => [auc.mean, auc.queries, dead.mean])).toEqual([
      [0.25, 2, 0.75],
      [0.5, 1, 0],
    ])
    expect(byStrategy([{ ...caseWith('1', 'x'), strategies: [] }], similarities, 0.1)).toEqual([])
  })
})

// Figures of the whole file from strata: by hand, and with intervals that a lucky sample does not deceive.
import { describe, expect, it } from 'vitest'
import { cellsOf, estimates, type JudgedItem } from './estimate.ts'

/** Passages of one stratum, each of a row of its own. */
const stratum = (number: number, weight: number, isCalled: boolean, relevant: number, not: number): JudgedItem[] =>
  [true, false].flatMap((isRelevant) =>
    Array.from({ length: isRelevant ? relevant : not }, (_all, at) => ({
      row: 10_000 * number + (isRelevant ? at : relevant + at),
      stratum: number,
      weight,
      cells: cellsOf(isRelevant, isCalled),
    })),
  )

describe('estimates', () => {
  it('add strata up as large as they are in the file', () => {
    const { precision, recall, kappa } = estimates([...stratum(0, 1, true, 8, 2), ...stratum(1, 100, false, 1, 9)])
    expect(precision.value).toBeCloseTo(0.8, 12)
    expect(recall.value).toBeCloseTo(8 / 108, 12)
    const chance = (10 * 108 + 1000 * 902) / 1010 ** 2
    expect(kappa.value).toBeCloseTo((908 / 1010 - chance) / (1 - chance), 12)
  })

  it('do not take a large stratum without a find for one that holds none', () => {
    const { recall, precision } = estimates([...stratum(0, 100, true, 20, 5), ...stratum(1, 1000, false, 0, 50)])
    expect([recall.value, recall.high]).toEqual([1, 1])
    // One in a hundred of 50,000, against 2,000 that were found.
    expect(recall.low).toBeLessThan(0.6)
    expect(precision.low).toBeLessThan(0.67)
  })

  it('are sure of strata that were judged in full, but for other rows', () => {
    const all = estimates([...stratum(0, 1, true, 20, 0), ...stratum(1, 1, false, 0, 50)])
    expect(all.recall).toEqual({ value: 1, low: 1, high: 1 })
  })

  it('vary with the rows: passages of one row count together', () => {
    const apart = stratum(0, 10, true, 40, 40)
    const together = apart.map((each, at) => ({ ...each, row: Math.floor(at / 10) }))
    const width = ({ low, high }: { low: number | null; high: number | null }) => Number(high) - Number(low)
    expect(width(estimates(together).precision)).toBeGreaterThan(2 * width(estimates(apart).precision))
  })

  it('have no ends with one row, and no value where nothing was called relevant', () => {
    const one = stratum(0, 10, false, 1, 0)
    expect(estimates(one).recall).toEqual({ value: 0, low: null, high: null })
    expect(estimates(one).precision).toEqual({ value: null, low: null, high: null })
  })
})

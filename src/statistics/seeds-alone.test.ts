import { describe, expect, it } from 'vitest'
import { ofSeedsAlone } from './seeds-alone.ts'

describe('ofSeedsAlone', () => {
  it('is the paired t-test over the means of the seeds', () => {
    // As scipy.stats.ttest_1samp has it.
    const values = [-0.68, -0.92, -0.68, -1.37, -1.25].map((mean) => [mean - 1, mean + 1])
    const { interval, p } = ofSeedsAlone([values])
    expect(interval.low).toBeCloseTo(-1.3768472, 6)
    expect(interval.high).toBeCloseTo(-0.5831528, 6)
    expect(p).toBeCloseTo(0.002369045833, 9)
  })

  it('counts several sets alike, whatever their size', () => {
    const one = [[1], [2]]
    const other = [
      [3, 3, 3],
      [5, 5, 5],
    ]
    expect(ofSeedsAlone([one, other])).toEqual(ofSeedsAlone([[[2], [3.5]]]))
  })

  it('is certain where all seeds say the same, and needs two of them', () => {
    expect(ofSeedsAlone([[[1], [1]]])).toEqual({ interval: { low: 1, high: 1 }, p: 0 })
    expect(ofSeedsAlone([[[0], [0]]])).toEqual({ interval: { low: 0, high: 0 }, p: 1 })
    expect(() => ofSeedsAlone([[[1]]])).toThrow(RangeError)
  })
})

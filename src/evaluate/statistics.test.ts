// Areas under curves by counting pairs, and intervals that hold what they should.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderCurve, bootstrapInterval } from './statistics.ts'

const items = fc.array(fc.record({ score: fc.integer({ min: -5, max: 5 }), isPositive: fc.boolean() }), {
  maxLength: 30,
})

describe('the area under the curve', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(items, (drawn) => {
        const of = (wanted: boolean) => drawn.filter(({ isPositive }) => isPositive === wanted)
        const wins = of(true).flatMap((a) =>
          of(false).map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)),
        )
        const expected = wins.length === 0 ? undefined : wins.reduce((sum: number, win) => sum + win, 0) / wins.length
        const area = areaUnderCurve(drawn)
        if (expected === undefined) expect(area).toBeUndefined()
        else expect(area).toBeCloseTo(expected, 12)
      }),
    )
  })
})

describe('a bootstrap interval', () => {
  const mean = (sample: number[]) => sample.reduce((sum, each) => sum + each, 0) / sample.length

  it('of a mean is about as wide as theory says, and the same for the same seed', () => {
    const units = Array.from({ length: 400 }, (_all, index) => index % 20)
    const { low, high } = bootstrapInterval(units, mean)
    // Standard deviation 5.77 over 20 draws of the root: 1.96 standard errors to each side.
    expect(low).toBeCloseTo(9.5 - 0.565, 1)
    expect(high).toBeCloseTo(9.5 + 0.565, 1)
    expect(bootstrapInterval(units, mean)).toEqual({ low, high })
    expect(bootstrapInterval(units, mean, { seed: 2 })).not.toEqual({ low, high })
  })

  it('leaves out rounds that say nothing', () => {
    expect(bootstrapInterval([0, 1], (sample) => 1 / mean(sample)).low).toBe(1)
    expect(bootstrapInterval([0], () => NaN)).toEqual({ low: NaN, high: NaN })
  })
})

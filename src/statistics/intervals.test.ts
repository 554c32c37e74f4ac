// Covers areas under curves, by counting pairs.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderCurve } from './intervals.ts'

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

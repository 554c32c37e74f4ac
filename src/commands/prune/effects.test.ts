// The reported effect of a pruned dataset never comes from the queries that chose it.
import { describe, expect, it } from 'vitest'
import { halfEffect, halfOf, lessBySet, onOtherHalves, reportedEffect, valuesBySet } from './effects.ts'

/** One set of five queries and one of four. Half 0 has the even positions. */
const HALVES_OF_SETS = [
  [
    [0, 2, 4],
    [1, 3],
  ],
  [
    [0, 2],
    [1, 3],
  ],
] as const
/** Makes values of five seeds that depend on whether a query is in the first half. */
const valued = (first: number, second: number) =>
  [5, 4].map((queries) =>
    Array.from({ length: 5 }, (_, seed) =>
      Array.from({ length: queries }, (__, query) => (query % 2 === 0 ? first : second) + (seed - 2) / 1000),
    ),
  )

describe('effects on halves', () => {
  it('take what one half chose from the queries of the other', () => {
    const [byFirst, bySecond] = [valued(10, 1), valued(2, 20)]
    expect(onOtherHalves([byFirst, bySecond], HALVES_OF_SETS).mean).toBeCloseTo((1 + 2) / 2, 12)
  })

  it('tell the half that did not choose, or both where both did', () => {
    const values = valued(10, 1)
    expect(reportedEffect([true, false], values, HALVES_OF_SETS).mean).toBeCloseTo(1, 12)
    expect(reportedEffect([false, true], values, HALVES_OF_SETS).mean).toBeCloseTo(10, 12)
    expect(reportedEffect([true, true], values, HALVES_OF_SETS).mean).toBeCloseTo(5.5, 12)
  })

  it('are of the half and the control that they are said to be of', () => {
    const [values, control] = [valued(10, 1), valued(4, 4)]
    const seen = halfEffect(values, lessBySet(values, control), HALVES_OF_SETS, 1)
    expect(seen.effect.mean).toBeCloseTo(1, 12)
    expect(seen.beyondRandom?.mean).toBeCloseTo(-3, 12)
    expect(halfOf(values, HALVES_OF_SETS, 0).map((set) => set.map((seed) => seed.length))).toEqual([
      [3, 3, 3, 3, 3],
      [2, 2, 2, 2, 2],
    ])
  })

  it('have the values of a unit set by set', () => {
    const unit = (first: number) => ({ values: [[first, 2], [3]], losses: [], epochs: 1, seconds: 1 })
    expect(valuesBySet([unit(1), unit(5)])).toEqual([
      [
        [1, 2],
        [5, 2],
      ],
      [[3], [3]],
    ])
  })
})

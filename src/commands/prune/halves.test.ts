import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halvesOf, valuesAt } from './halves.ts'

describe('halves of queries', () => {
  it('have every query once and differ by one at most', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 80 }), (ids) => {
        const [one, other] = halvesOf(ids)
        expect([...one, ...other].toSorted((a, b) => a - b)).toEqual([...ids.keys()])
        expect(Math.abs(one.length - other.length)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('hold the same ids in whatever order these come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 4, maxLength: 40 }), (ids) => {
        const reversed = ids.toReversed()
        const [one] = halvesOf(ids)
        const [again] = halvesOf(reversed)
        expect(again.map((place) => reversed[place]).toSorted()).toEqual(one.map((place) => ids[place]).toSorted())
      }),
    )
  })

  it('take the values of their queries, seed by seed', () => {
    expect(
      valuesAt(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [0, 2],
      ),
    ).toEqual([
      [1, 3],
      [4, 6],
    ])
  })
})

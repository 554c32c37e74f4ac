import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sample } from './sample.ts'

const taken = (ids: readonly string[], wanted: number, seed = 1) => {
  const sample = new Sample(wanted, seed)
  for (const id of ids) sample.show(id)
  return ids.filter((id) => sample.takes(id))
}
const ids = (count: number) => Array.from({ length: count }, (_, index) => `row ${index}`)

describe('a sample of rows', () => {
  it('has as many rows as are wanted, or all', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (all, wanted) => {
        expect(taken(all, wanted)).toHaveLength(Math.min(all.length, wanted))
      }),
    )
  })

  it('is the same in any order, and changes by one row where one is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 199 }), (wanted, missing) => {
        const all = ids(200)
        const before = taken(all, wanted)
        expect(taken(all.toReversed(), wanted).toSorted()).toEqual(before.toSorted())
        const after = new Set(taken(all.toSpliced(missing, 1), wanted))
        expect(before.filter((id) => !after.has(id))).toEqual(before.filter((id) => id === all[missing]))
      }),
    )
  })

  it('is another one with another seed', () => {
    expect(taken(ids(1000), 100, 2)).not.toEqual(taken(ids(1000), 100, 1))
  })

  it('is spread over the file', () => {
    const places = taken(ids(10_000), 1000).map((id) => Number(id.slice(4)))
    const firstHalf = places.filter((place) => place < 5000).length
    expect(firstHalf).toBeGreaterThan(430)
    expect(firstHalf).toBeLessThan(570)
  })
})

// How a sample is divided: sums, minimums, the square root, and who sees what.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumOf } from '../statistics/mean.ts'
import { allocate, assign } from './allocation.ts'

describe('allocate', () => {
  it('gives every stratum its least, and the rest by the square root of its size', () => {
    // 10, 10 and 3, which is all of the last; then 177 by the roots 100 and 10.
    expect(allocate([10_000, 100, 3], 200, 10)).toEqual([171, 26, 3])
  })

  it('takes everything where there is no more, and shares a small sample evenly', () => {
    expect(allocate([5, 2], 100, 10)).toEqual([5, 2])
    expect(allocate([1000, 1000, 1000], 6, 10)).toEqual([2, 2, 2])
  })

  it('always adds up, never exceeds a stratum, and never goes below its least', () => {
    const populations = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(populations, fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 20 }), (all, n, least) => {
        const items = allocate(all, n, least)
        const total = Math.min(n, sumOf(all))
        expect(sumOf(items)).toBe(total)
        const sure = Math.min(least, Math.floor(total / all.length))
        items.forEach((count, index) => {
          expect(count).toBeLessThanOrEqual(all[index] as number)
          expect(count).toBeGreaterThanOrEqual(Math.min(sure, all[index] as number))
        })
      }),
    )
  })
})

describe('assign', () => {
  const items = Array.from({ length: 90 }, (_all, index) => ({ item: `i${index}`, stratum: index % 3 }))

  it('lets everyone see an overlap spread over the strata, and gives the others out in turn', () => {
    const to = assign(items, { assessors: ['anna', 'ben'], overlap: 30, seed: 1 })
    const shared = items.filter((_item, index) => to[index] === null)
    expect([0, 1, 2].map((stratum) => shared.filter((each) => each.stratum === stratum).length)).toEqual([10, 10, 10])
    const count = (who: string) => to.filter((each) => each?.includes(who)).length
    expect([count('anna'), count('ben')]).toEqual([30, 30])
    expect(assign(items, { assessors: ['anna', 'ben'], overlap: 30, seed: 1 })).toEqual(to)
    expect(assign(items, { assessors: ['anna', 'ben'], overlap: 30, seed: 2 })).not.toEqual(to)
  })

  it('lets one assessor, or anyone, see everything', () => {
    expect(assign(items, { assessors: ['anna'], overlap: 0, seed: 1 }).every((each) => each === null)).toBe(true)
    expect(assign(items, { assessors: [], overlap: 0, seed: 1 }).every((each) => each === null)).toBe(true)
  })
})

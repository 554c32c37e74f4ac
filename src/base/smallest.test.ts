// The smallest of many are the first of all in order.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { smallest } from './smallest.ts'

it('returns what sorting all of them returns, and measures each once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(500)),
      fc.integer({ min: -1, max: 40 }),
      fc.integer({ min: 1, max: 50 }),
      (numbers, most, few) => {
        let measured = 0
        const measure = (each: number) => (measured++, (each * 7) % few)
        const sorted = numbers.toSorted((one, other) => ((one * 7) % few) - ((other * 7) % few) || one - other)
        expect(smallest(numbers, most, measure)).toEqual(sorted.slice(0, Math.max(0, most)))
        expect(measured).toBe(most < 1 ? 0 : numbers.length)
      },
    ),
  )
})

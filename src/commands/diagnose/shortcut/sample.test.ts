// A sample of a stream: everything while there is room, then each item with the same probability, in stream order.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Reservoir } from './sample.ts'

function sampled(size: number, shown: number, seed: number): number[] {
  const reservoir = new Reservoir<number>(size, seed)
  for (let value = 0; value < shown; value++) reservoir.show(() => value)
  expect(reservoir.seen).toBe(shown)
  return reservoir.held()
}

it('holds what it can, in order, each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60 }), fc.integer(), (size, shown, seed) => {
      const held = sampled(size, shown, seed)
      expect(held).toHaveLength(Math.min(size, shown))
      expect(held).toEqual([...new Set(held)].toSorted((one, other) => one - other))
      expect(sampled(size, shown, seed)).toEqual(held)
    }),
  )
})

it('takes each with the same chance', () => {
  const counts = Array.from({ length: 12 }, () => 0)
  for (let seed = 0; seed < 3000; seed++) for (const value of sampled(4, 12, seed)) counts[value]! += 1
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130)
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { edge, Histogram } from './histogram.ts'

const lengths = fc.array(fc.oneof(fc.nat(200), fc.nat(50_000_000)), { minLength: 1, maxLength: 300 })

function histogramOf(values: number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.add(value)
  return histogram
}

test('a quantile is never above the true one, and within 1/64 of it', () => {
  fc.assert(
    fc.property(lengths, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const sorted = [...values].sort((one, other) => one - other)
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number
      const found = histogramOf(values).quantile(share)
      expect(found).toBeLessThanOrEqual(exact)
      expect(found).toBeGreaterThanOrEqual(exact - exact / 64)
      if (exact < 128) expect(found).toBe(exact)
    }),
  )
})

test('counts from an edge are exact', () => {
  fc.assert(
    fc.property(lengths, fc.nat(60_000_000), (values, limit) => {
      const from = edge(limit)
      expect(from).toBeLessThanOrEqual(limit)
      expect(histogramOf(values).countFrom(from)).toBe(values.filter((value) => value >= from).length)
    }),
  )
})

test('nothing was added', () => {
  const empty = new Histogram()
  expect([empty.quantile(0.5), empty.countFrom(0), empty.countFrom(Infinity)]).toEqual([0, 0, 0])
})

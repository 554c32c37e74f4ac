// The bar of positives and shares of it, for scores of either sign.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BARS, barOf, shareOfBar, shareReached } from './positive-bar.ts'

const score = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-6)
const share = fc.double({ min: -1, max: 2, noNaN: true })

test('the bar is the lowest, the mean or the highest', () => {
  expect(BARS.map((which) => barOf([3, -1, 4], which))).toEqual([-1, 2, 4])
})

test('a share below one is never above the bar, and one above one never below it, whatever its sign', () => {
  fc.assert(
    fc.property(score, share, (bar, part) => {
      const height = shareOfBar(bar, part)
      if (part <= 1) expect(height).toBeLessThanOrEqual(bar)
      if (part >= 1) expect(height).toBeGreaterThanOrEqual(bar)
    }),
  )
  expect([shareOfBar(2, 0.95), shareOfBar(-2, 0.95), shareOfBar(0, 0.95)]).toEqual([1.9, -2.1, 0])
})

test('which share a score is goes back to the score', () => {
  fc.assert(
    fc.property(score, score, (value, bar) => {
      fc.pre(bar !== 0)
      const back = shareOfBar(bar, shareReached(value, bar))
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * (Math.abs(value) + Math.abs(bar)))
    }),
  )
})

test('a higher score is a higher share, and the bar itself is all of it', () => {
  fc.assert(
    fc.property(score, score, score, (a, b, bar) => {
      if (a < b) expect(shareReached(a, bar)).toBeLessThanOrEqual(shareReached(b, bar))
      if (bar !== 0) expect(shareReached(bar, bar)).toBe(1)
    }),
  )
  expect([shareReached(0, 0), shareReached(-0.1, 0), shareReached(5, 0)]).toEqual([Infinity, -Infinity, Infinity])
})

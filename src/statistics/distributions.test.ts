// Held against scipy.stats 1.17.
import { expect, test } from 'vitest'
import { betaQuantile, chiSquareAbove } from './distributions.ts'
import { exactLower, exactUpper } from './intervals.ts'

test.each([
  [0.5, 1, 0.47950012218695337],
  [3.841458820694124, 1, 0.05],
  [12.5, 6, 0.051699974835848345],
  [40, 20, 0.0049954123083075785],
  [1e-9, 3, 0.9999999999999916],
  [0, 3, 1],
])('chi-square exceeds %f with %i degrees of freedom', (value, degrees, chance) => {
  expect(chiSquareAbove(value, degrees)).toBeCloseTo(chance, 12)
})

test('a chi-square that nothing explains has no chance', () => expect(chiSquareAbove(300, 7)).toBeLessThan(1e-12))

test.each([
  [0.05, 3, 8, 0.08726443391415033],
  [0.95, 20, 4, 0.9383244825789047],
  [0.5, 0.5, 0.5, 0.5],
  [0.05, 1, 20, 0.0025613787765302806],
])('a beta variable stays with chance %f (%f, %f) below', (chance, a, b, share) => {
  expect(betaQuantile(chance, a, b)).toBeCloseTo(share, 9)
})

test.each([
  [0, 20, 0, 0.1391083406683753],
  [3, 20, 0.04216940788577861, 0.3436638043147043],
  [20, 20, 0.8608916593316244, 1],
  [59, 59, 0.9504923901115316, 1],
  [0, 0, 0, 1],
])('%i of %i: exact one-sided limits', (hits, total, low, high) => {
  expect(exactLower(hits, total)).toBeCloseTo(low, 9)
  expect(exactUpper(hits, total)).toBeCloseTo(high, 9)
})

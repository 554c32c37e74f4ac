import { expect, test } from 'vitest'
import { pairedDifference } from './paired.ts'

test('the paired t-test of the book, and its interval', () => {
  // Student's ten patients (1908): hours of sleep gained by either drug. R's t.test gives t = 4.0621, p = .002833.
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
  expect(pairedDifference(first, second)).toEqual({
    difference: expect.closeTo(1.58, 9),
    interval: { low: expect.closeTo(0.7001142, 6), high: expect.closeTo(2.4598858, 6) },
    p: expect.closeTo(0.00283289, 7),
  })
})

test('no difference, the same difference everywhere, and too few pairs', () => {
  expect(pairedDifference([1, 2], [1, 2])).toEqual({ difference: 0, interval: { low: 0, high: 0 }, p: 1 })
  expect(pairedDifference([1, 2], [2, 3])).toEqual({ difference: 1, interval: { low: 1, high: 1 }, p: 0 })
  expect(pairedDifference([1], [2])).toBeUndefined()
})

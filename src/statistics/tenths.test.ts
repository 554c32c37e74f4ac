// Covers hardness in tenths: a value on the border belongs to the harder tenth, and the hardest of all to the last.
import { expect, test } from 'vitest'
import { TenthTotals } from './tenths.ts'

test('how many, their mean, and how many in each tenth', () => {
  const totals = new TenthTotals()
  expect(totals.figures()).toEqual({ passages: 0, mean: null, tenths: Array.from({ length: 10 }, () => 0) })
  for (const share of [0, 0.05, 0.0999, 0.1, 0.5, 0.51, 0.95, 1]) totals.add(share)
  const { passages, mean, tenths } = totals.figures()
  expect(passages).toBe(8)
  expect(mean).toBeCloseTo((0.05 + 0.0999 + 0.1 + 0.5 + 0.51 + 0.95 + 1) / 8, 12)
  expect(tenths).toEqual([3, 1, 0, 0, 0, 2, 0, 0, 0, 2])
})

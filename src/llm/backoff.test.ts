import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test.each([
  [0, undefined, 250, 500],
  [3, undefined, 2_000, 4_000],
  [50, undefined, 15_000, 30_000],
  [0, 7_000, 7_000, 7_000],
  [9, 7_000, 15_000, 30_000],
  [0, 86_400_000, 600_000, 600_000],
])('attempt %i, and %s ms asked for: from %i to %i ms', (attempt, asked, least, most) => {
  const wait = backoffMs(attempt, asked)
  expect(wait).toBeGreaterThanOrEqual(least)
  expect(wait).toBeLessThanOrEqual(most)
})

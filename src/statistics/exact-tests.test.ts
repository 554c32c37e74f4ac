import { describe, expect, it } from 'vitest'
import { fisherAbove, hitsAbove } from './exact-tests.ts'

describe("Fisher's exact test, one-sided", () => {
  // R: fisher.test(matrix(c(a, n - a, b, m - b), 2), alternative = "greater")$p.value; the first is the lady tasting tea.
  it.each([
    [{ hits: 3, of: 4 }, { hits: 1, of: 4 }, 17 / 70],
    [{ hits: 6, of: 20 }, { hits: 0, of: 20 }, 38_760 / 3_838_380],
    [{ hits: 0, of: 20 }, { hits: 0, of: 20 }, 1],
    [{ hits: 0, of: 0 }, { hits: 3, of: 4 }, 1],
  ])('%o against %o', (first, second, p) => expect(fisherAbove(first, second)).toBeCloseTo(p, 10))
})

describe('so many hits of events with chances of their own', () => {
  it.each([
    [2, [0.5, 0.5], 0.25],
    [1, [0.5, 0.5], 0.75],
    [0, [0.1], 1],
    [3, [0.5, 0.5], 0],
    [2, [1 / 2, 1 / 6, 1 / 24], 1 / 12 + 1 / 48 + 1 / 144 - (2 * 1) / 288],
  ])('%i of %o', (hits, chances, p) => expect(hitsAbove(hits, chances)).toBeCloseTo(p, 10))
})

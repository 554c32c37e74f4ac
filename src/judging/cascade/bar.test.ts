import { expect, test } from 'vitest'
import { barFor, fewestFlagged } from './bar.ts'

const flagged = (...scores: number[]) => scores.map((score) => ({ score, isFlagged: true }))
const upTo = (count: number) => Array.from({ length: count }, (_all, index) => index + 1)

test.each([
  [0.95, 0, 59],
  [0.95, 1, 93],
  [0.95, 2, 124],
  [0.9, 0, 29],
  [0.99, 0, 299],
])('a recall of %d with %i below the bar takes so many flagged rows', (recall, missed, rows) => {
  // R: pbinom(missed, rows, 1 - recall) <= .05, and not with one row less.
  expect(fewestFlagged(recall, missed)).toBe(rows)
})

test('nothing is promised with one flagged row too few, however many others there are', () => {
  const others = upTo(5_000).map((score) => ({ score, isFlagged: false }))
  expect(barFor([...flagged(...upTo(58)), ...others], 0.95)).toEqual({ from: undefined, flagged: 58, missed: 0 })
  expect(barFor([...flagged(...upTo(59)), ...others], 0.95)).toEqual({ from: 1, flagged: 59, missed: 0 })
})

test('the bar is the highest score whose test, and all before it, pass', () => {
  expect(barFor(flagged(...upTo(124)), 0.95)).toEqual({ from: 3, flagged: 124, missed: 2 })
  expect(barFor(flagged(...upTo(123)), 0.95)).toEqual({ from: 2, flagged: 123, missed: 1 })
})

test('rows of equal scores are sent or held back together', () => {
  expect(barFor(flagged(...upTo(124).map((score) => (score < 10 ? 0 : score))), 0.95)).toEqual({
    from: 0,
    flagged: 124,
    missed: 0,
  })
})

import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const NAMES = ['max-usd', 'max-tokens', 'screen', 'judge', 'method', 'out']

test.each([
  ['max_usd', 'max-usd'],
  ['maxUSD', 'max-usd'],
  ['scren', 'screen'],
  ['jugde', 'judge'],
  ['metod', 'method'],
  ['max-token', 'max-tokens'],
])('%s is meant as %s', (typed, meant) => expect(nearest(typed, NAMES)).toBe(meant))

test.each(['temperature', 'x', 'in', ''])('%j is near to none', (typed) =>
  expect(nearest(typed, NAMES)).toBeUndefined(),
)

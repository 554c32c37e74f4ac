// Which places of a ledger are databases, and which are refused.
import { expect, test } from 'vitest'
import { UsageError } from '../../base/errors.ts'
import { isDatabase, openLedger } from './open.ts'

test.each([
  ['.winnow/ledger.db', false],
  ['C:\\data\\ledger.db', false],
  ['C:\\me@work\\ledger.db', false],
  ['runs/2026-11-29T10:00@home.db', false],
  ['postgres://db/winnow', true],
  ['PostgreSQL://u:p@db/winnow', true],
])('%s: %s', (place, isOne) => {
  expect(isDatabase(place)).toBe(isOne)
})

test.each([
  'mysql://u:se-cr-et@db/winnow',
  'postgre://u:se-cr-et@db/winnow',
  'https://u:se-cr-et@db/winnow',
  'postgres:/u:se-cr-et@db/winnow',
  'host=db user=u password=se-cr-et dbname=winnow',
  'u:se-cr-et@db/winnow',
])('%s is refused, and its login is not shown', async (place) => {
  const error = await openLedger(place).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UsageError)
  expect(String(error)).toContain('allowed: a file, postgres://USER@HOST/DATABASE')
  expect(String(error)).not.toContain('se-cr-et')
})

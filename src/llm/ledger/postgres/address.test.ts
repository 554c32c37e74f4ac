// What is taken from the address of a database.
import { expect, test } from 'vitest'
import { addressOf } from './address.ts'

const modeOf = (query: string) =>
  new URL(addressOf(`postgres://u:p@db/winnow${query}`).connection).searchParams.get('sslmode')

test.each([
  ['', null],
  ['?sslmode=disable', 'disable'],
  ['?sslmode=no-verify', 'no-verify'],
  ['?sslmode=prefer', 'verify-full'],
  ['?sslmode=require', 'verify-full'],
  ['?sslmode=verify-full&lease=5', 'verify-full'],
  ['?sslmode=require&uselibpqcompat=true', 'require'],
])('%s becomes %s', (query, mode) => {
  expect(modeOf(query)).toBe(mode)
})

test('an unknown mode is refused', () => {
  expect(() => modeOf('?sslmode=always')).toThrow(
    'sslmode=always is no mode; allowed: disable, no-verify, prefer, require',
  )
})

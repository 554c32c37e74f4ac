// The table holds what a Map holds, through every growth and however keys crowd.
import { expect, test } from 'vitest'
import { HashTable } from './hash-table.ts'

test('what was stored is found, and nothing else', () => {
  const table = new HashTable()
  const all = new Map<string, number>()
  for (let at = 1; at <= 20_000; at++) {
    const text = `text ${(at * 7919) % 15_000}`
    expect(table.setIfNew(text, at)).toBe(all.get(text) ?? 0)
    if (!all.has(text)) all.set(text, at)
  }
  expect(table.size).toBe(all.size)
  for (const [text, value] of all) expect(table.get(text)).toBe(value)
  expect(table.get('another')).toBe(0)
})

test('keys that crowd at the end of the table go on at its beginning', () => {
  const table = new HashTable((text) => [2 ** 32 - 1, Number(text)])
  for (let at = 1; at <= 3_000; at++) expect(table.count(String(at))).toBe(1)
  for (let at = 1; at <= 3_000; at++) expect(table.count(String(at))).toBe(2)
  expect(table.size).toBe(3_000)
})

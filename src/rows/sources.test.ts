import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Origin, Passage, Row } from './row.ts'
import { bestSplit, groupWords, isSplitBy, SourceCounts, type Sources } from './sources.ts'

const rowOf = (origins: readonly Origin[]): Row => ({
  id: 'q',
  query: 'q',
  passages: [
    { id: 'p', text: 'p', label: 'positive', origin: 'generated' },
    { id: 'i', text: 'i', label: 'ignored', origin: 'generated' },
    ...origins.map((origin, index): Passage => ({ id: `${index}`, text: `${index}`, label: 'negative', origin })),
  ],
})
const origins = (letters: string) =>
  [...letters].map((letter): Origin => (letter === 'x' ? 'given' : letter === 'm' ? 'mined' : 'generated'))

function countedIn(...rows: string[]): Sources {
  const counts = new SourceCounts()
  for (const row of rows) counts.add(rowOf(origins(row)))
  return counts.result()
}

test('negatives are counted by origin, rows by how many they have of each', () => {
  const sources = countedIn('mmg', 'xmg', 'mm', 'g', 'gmm', 'mmg')
  expect(sources).toEqual({
    negatives: { given: 1, mined: 9, generated: 5 },
    rowsWithGenerated: 5,
    rowsGeneratedOnly: 1,
    groups: [
      { mined: 2, generated: 1, isOrdered: true, rows: 3 },
      { mined: 2, generated: 0, isOrdered: true, rows: 1 },
      { mined: 0, generated: 1, isOrdered: true, rows: 1 },
      { mined: 2, generated: 1, isOrdered: false, rows: 1 },
    ],
  })
  expect(groupWords(sources)).toBe(
    '2 mined and 1 generated in 4 rows; 2 mined and 0 generated in 1 row; 0 mined and 1 generated in 1 row',
  )
  expect(bestSplit(sources)).toEqual({ mined: 2, wrongRows: 2 })
})

test('the rarest numbers are summed up, and thousands set apart', () => {
  const sources = countedIn(...Array.from({ length: 1200 }, () => 'mg'), 'mgg', 'mggg', 'mgggg', 'mggggg', 'gg', 'ggg')
  expect(groupWords(sources)).toMatch(/^1 mined and 1 generated in 1,200 rows; .*; other numbers in 2 rows$/)
})

test('nothing generated, nothing to split', () => {
  expect(bestSplit(countedIn('mm', 'm'))).toBeUndefined()
})

test('a split is the one that takes the fewest rows apart wrongly, told by taking them apart', () => {
  const row = fc
    .array(fc.constantFrom('m', 'g', 'x'), { minLength: 1, maxLength: 5 })
    .map((letters) => letters.join(''))
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      // As a trainer does it: everything after the first `count` negatives counts as generated.
      const isWrong = (letters: string, count: number) =>
        [...letters].some((letter, index) => (letter === 'g') !== index >= count)
      const wrong = (count: number) => rows.filter((letters) => isWrong(letters, count)).length
      const split = bestSplit(countedIn(...rows))
      expect(split !== undefined).toBe(rows.some((letters) => letters.includes('g')))
      if (split === undefined) return
      expect(split.wrongRows).toBe(wrong(split.mined))
      const counts = new Set(rows.filter((each) => each.includes('g')).map((each) => each.replaceAll('g', '').length))
      for (const count of counts) expect(wrong(count)).toBeGreaterThanOrEqual(split.wrongRows)
    }),
  )
  expect(isSplitBy(2, { mined: 3, generated: 0, isOrdered: true })).toBe(false)
})

import { array, assert, boolean, constantFrom, integer, property, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleRows, type GoldRow } from './sample.ts'

const rowOf = (id: number, relevant: boolean[], dataset?: string): GoldRow => ({
  id: `r${id}`,
  dataset,
  passages: relevant.map((isRelevant, index) => ({ id: `p${index}`, label: 'negative', isRelevant })),
})

const rows = uniqueArray(integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 }).chain((ids) =>
  array(array(boolean(), { minLength: 1, maxLength: 5 }), { minLength: ids.length, maxLength: ids.length }).chain(
    (passages) =>
      array(constantFrom('a', 'b', undefined), { minLength: ids.length, maxLength: ids.length }).map((datasets) =>
        ids.map((id, index) => rowOf(id, passages[index] as boolean[], datasets[index])),
      ),
  ),
)
const passagesIn = (all: readonly GoldRow[]) => all.reduce((sum, { passages }) => sum + passages.length, 0)

describe('sampleRows', () => {
  it('draws whole rows in the order of the file, whose weights add up to all of them', () => {
    assert(
      property(rows, integer({ min: 1, max: 200 }), integer({ min: 0, max: 9 }), (all, wanted, seed) => {
        const drawn = sampleRows(all, wanted, seed)
        expect(drawn).toEqual(sampleRows(all, wanted, seed))
        expect(drawn.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(all.length, 9)
        const places = drawn.map(({ id }) => all.findIndex((row) => row.id === id))
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        expect(passagesIn(drawn)).toBeGreaterThanOrEqual(Math.min(wanted, passagesIn(all)))
      }),
    )
  })

  it('takes half of the passages from rows with something relevant, and some of every dataset', () => {
    const all = Array.from({ length: 400 }, (_row, id) =>
      rowOf(id, [id % 20 === 0, false, false, false, false], id < 300 ? 'large' : 'small'),
    )
    const drawn = sampleRows(all, 100, 1)
    const relevant = drawn.filter(({ passages }) => passages.some(({ isRelevant }) => isRelevant))
    expect([drawn.length, relevant.length]).toEqual([22, 11])
    expect(new Set(drawn.map(({ dataset }) => dataset)).size).toBe(2)
    expect(relevant.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(20, 9)
  })

  it('draws other rows with another seed', () => {
    const all = Array.from({ length: 100 }, (_row, id) => rowOf(id, [id % 2 === 0, false]))
    const ids = (seed: number) => sampleRows(all, 20, seed).map(({ id }) => id)
    expect(ids(1)).not.toEqual(ids(2))
  })
})

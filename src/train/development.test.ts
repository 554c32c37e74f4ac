// Evaluation on queries not used for training: which queries, among which texts, and their nDCG@10.
import { describe, expect, it } from 'vitest'
import {
  allRows,
  dot,
  smallEngine,
  smallRows,
  smallSet,
  valuesOf,
  vectorOf,
  type SmallRow,
} from '../../test/support/small-set.ts'
import { developmentOf, ndcgAt10, splitRows } from './development.ts'

describe('development queries', () => {
  it('are each there once, with the positives of all their rows, among all passages of the file', () => {
    const rows: SmallRow[] = [
      { query: 'one', positives: ['a'], negatives: ['b'] },
      { query: 'one', positives: ['b', 'c'], negatives: ['d'] },
      { query: 'two', positives: ['d'], negatives: ['a'], generated: ['e'] },
    ]
    const set = smallSet(rows)
    const { queries, grades, pool } = developmentOf(set, Uint32Array.of(0, 1))
    expect(Array.from(queries)).toEqual([set.queryOf(0)])
    expect(new Set(grades[0]?.keys())).toEqual(new Set(['a', 'b', 'c'].map((text) => set.addPassage(text))))
    expect(new Set(pool)).toEqual(new Set(['a', 'b', 'c', 'd', 'e'].map((text) => set.addPassage(text))))
    expect(pool.length).toBe(5)
  })

  it('stay aside when other rows come or go, whatever the seed', () => {
    const rows = Array.from({ length: 600 }, (_, at) => ({ id: `${at}`, query: `ask ${at % 300}`, positives: ['a'] }))
    const asideOf = (some: SmallRow[]) => {
      const set = smallSet(
        some.map((row) => ({ ...row, query: row.query.replaceAll(/\d+/g, (n) => 'x'.repeat(Number(n) + 1)) })),
      )
      return new Set(Array.from(splitRows(set).aside, (row) => some[row]?.query))
    }
    const all = asideOf(rows)
    expect(all.size).toBeGreaterThan(15)
    expect(all.size).toBeLessThan(50)
    const half = rows.filter((_, at) => at % 2 === 0)
    expect(asideOf(half)).toEqual(new Set([...all].filter((query) => half.some((row) => row.query === query))))
  })

  it('have the nDCG@10 that plain arithmetic gives', async () => {
    const set = smallSet(smallRows(20))
    const values = valuesOf({})
    const engine = smallEngine(set, values)
    const development = developmentOf(set, allRows(set))
    const table = engine.readTable()
    const unitOf = (text: number) => vectorOf(set, table, 8, text).unit
    const gainOf = (rank: number) => 1 / Math.log2(rank + 1)
    const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
    const each = Array.from(development.queries, (query, at) => {
      const relevant = new Set(development.grades[at]?.keys())
      const ranked = Array.from(development.pool).toSorted(
        (one, other) => dot(unitOf(query), unitOf(other)) - dot(unitOf(query), unitOf(one)),
      )
      const gains = ranked.slice(0, 10).map((text, place) => (relevant.has(text) ? gainOf(place + 1) : 0))
      const ideal = Array.from({ length: Math.min(10, relevant.size) }, (_, place) => gainOf(place + 1))
      return sum(gains) / sum(ideal)
    })
    const ndcg = await ndcgAt10(development, engine, set.texts)
    expect(ndcg).toBeCloseTo(sum(each) / each.length, 6)
    expect(ndcg).toBeGreaterThan(0.05)
    expect(ndcg).toBeLessThan(0.95)
  })
})

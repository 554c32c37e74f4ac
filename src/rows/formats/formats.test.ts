import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bgeRow, msSwiftRow, tevatronRow } from '../../../test/support/random-rows.ts'
import { withIds } from '../ids.ts'
import { parseLossless, type JsonObject } from '../../base/json.ts'
import { minersOf, unreadMiners, withMinerAlike, withMiners } from '../miners.ts'
import { labelled, type Passage, type Row } from '../row.ts'
import type { Fault, RowFormat } from './format.ts'
import { bge } from './bge.ts'
import { formatOf, FORMATS } from './index.ts'
import { msSwift, msSwiftReranker } from './ms-swift.ts'
import { tevatron } from './tevatron.ts'

function read(format: RowFormat, columns: JsonObject): Row {
  const faults: Fault[] = []
  const found = format.read(parseLossless(JSON.stringify(columns)), faults)
  expect(faults).toEqual([])
  if (found === undefined) throw new Error('not read')
  return withIds(found, found.id ?? 'of its query')
}

const score = fc.option(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0)),
  {
    nil: undefined,
  },
)
const passage = (label: 'positive' | 'negative') =>
  fc
    .record({ title: fc.constantFrom('', 'a title'), text: fc.string({ minLength: 1 }), score })
    .map(({ title, text, score: its }): Omit<Passage, 'id'> => ({
      text,
      label,
      origin: label === 'negative' ? 'mined' : 'given',
      ...(title !== '' && { title }),
      ...(its !== undefined && { score: its }),
    }))
const minedRow = fc
  .record({
    positives: fc.array(passage('positive'), { minLength: 1, maxLength: 3 }),
    negatives: fc.array(passage('negative'), { minLength: 1, maxLength: 4 }),
    dataset: fc.constantFrom(undefined, 'fiqa'),
  })
  .map(({ positives, negatives, dataset }): Row => ({
    id: 'q1',
    query: 'a query',
    passages: [...positives, ...negatives].map((each, index) => ({ ...each, id: `d${index}` })),
    ...(dataset !== undefined && { dataset }),
  }))

describe('a row that stands in no file yet', () => {
  const miners = [{ name: 'bm25', identity: 'bm25-1' }]

  test('is read back as it was: Tevatron with ids and titles, others with title and text as one', () => {
    fc.assert(
      fc.property(minedRow, (row) => {
        const written = read(tevatron, withMiners(tevatron.withScores(tevatron.create(row), row), miners))
        expect(written.passages).toEqual(row.passages)
        expect([written.id, written.query, written.dataset]).toEqual([row.id, row.query, row.dataset])
        expect(minersOf(written)).toEqual(miners)

        for (const format of [bge, msSwift, msSwiftReranker]) {
          const flat = read(format, withMiners(format.withScores(format.create(row), row), miners))
          const said = ({ label, origin, score: its }: Passage) => ({ label, origin, score: its })
          expect(flat.passages.map(said)).toEqual(row.passages.map(said))
          expect(flat.passages.map(({ text }) => text)).toEqual(
            row.passages.map(({ title = '', text }) => (title === '' ? text : `${title} ${text}`.trim())),
          )
        }
      }),
    )
  })

  test('has the same columns whatever its passages are', () => {
    fc.assert(
      fc.property(minedRow, minedRow, (one, other) => {
        for (const format of FORMATS) {
          const columns = (row: Row) => Object.keys(format.withScores(format.create({ ...row, dataset: 'x' }), row))
          expect(columns(one)).toEqual(columns(other))
        }
      }),
    )
  })

  test('is told by its columns, and with no negatives where these are wanted', () => {
    for (const format of FORMATS) {
      const positive: Passage = { id: 'p', text: 'p', label: 'positive', origin: 'given' }
      const columns = format.create({ id: 'q', query: 'x', passages: [positive] })
      expect(formatOf(columns)).toBe(format)
      const { [format.negativesColumn]: _gone, ...bare } = columns
      expect([formatOf(bare), formatOf(bare, true)]).toEqual([undefined, format])
    }
  })
})

describe('a passage that is new to a row', () => {
  const added: Passage = { id: 'new', title: 'New', text: 'words', label: 'negative', origin: 'mined', score: 1.5 }

  test('leaves every list as long as its passages and all other columns as they were', () => {
    for (const [format, rows] of [
      [bge, bgeRow()],
      [tevatron, tevatronRow()],
      [msSwift, msSwiftRow('user')],
      [msSwiftReranker, msSwiftRow('assistant')],
    ] as const) {
      fc.assert(
        fc.property(rows, (raw) => {
          const columns = parseLossless(JSON.stringify(raw))
          const before = read(format, columns)
          const after = { ...before, passages: [...labelled(before, 'positive'), added] }
          const moved = format.relabel(columns, before, after)
          expect(Object.keys(moved)).toEqual(Object.keys(columns))
          const again = read(format, moved)
          expect(labelled(again, 'positive').map(({ text }) => text)).toEqual(
            labelled(before, 'positive').map(({ text }) => text),
          )
          expect(labelled(again, 'negative')).toHaveLength(1)
          for (const name of Object.keys(columns)) {
            if (/^(neg|negative)/.test(name)) expect(moved[name]).toHaveLength(1)
            else expect(JSON.stringify(moved[name])).toBe(JSON.stringify(columns[name]))
          }
        }),
      )
    }
  })

  test('has a score and an origin only where passages of the row have one', () => {
    const node = { docid: 'a', title: '', text: 'x' }
    const columns = (scored: object) => ({
      query: 'q',
      positive_passages: [{ ...node, ...scored }],
      negative_passages: [{ ...node, docid: 'b' }],
    })
    const withNew = (scored: object) => {
      const before = read(tevatron, columns(scored))
      const moved = tevatron.relabel(columns(scored), before, {
        ...before,
        passages: [...labelled(before, 'positive'), added],
      })
      return (moved['negative_passages'] as unknown[])[0]
    }
    expect(withNew({})).toEqual({ docid: 'new', title: 'New', text: 'words' })
    expect(withNew({ score: 3 })).toEqual({ docid: 'new', title: 'New', text: 'words', score: 1.5 })
    expect(withNew({ origin: 'mined' })).toEqual({ docid: 'new', title: 'New', text: 'words', origin: added.origin })
  })
})

test('miners are read leniently, and named once', () => {
  const [one, other] = [
    { name: 'a', identity: '1' },
    { name: 'b', identity: '2' },
  ]
  const named = (name: string) => ({ name, identity: undefined })
  const odd = { name: 3, identity: 'y' }
  expect(minersOf({ extra: { miners: [one, 'x', odd, { name: 'z' }] } })).toEqual([one, named('x'), named('z')])
  expect(minersOf({ extra: { miners: 'bm25' } })).toEqual([named('bm25')])
  expect(minersOf({ extra: { miners: null } })).toEqual([])
  expect(unreadMiners({ extra: { miners: [one, odd] } })).toEqual(odd)
  expect([[one, 'x'], 'x', null, undefined].map((miners) => unreadMiners({ extra: { miners } }))).toEqual(
    Array(4).fill(undefined),
  )
  expect(minersOf({})).toEqual([])
  expect(withMiners({ query: 'q', miners: [one] }, [one, other] as never)).toEqual({ query: 'q', miners: [one, other] })
  const kept = { name: 'c', version: 2 }
  expect(withMiners({ miners: ['my-ann', kept] }, [one])['miners']).toEqual([
    { name: 'my-ann', identity: null },
    kept,
    one,
  ])
  expect(withMinerAlike({ miners: ['my-ann'] }, one)['miners']).toEqual(['my-ann', 'a'])
  expect(withMinerAlike({ miners: 'my-ann' }, one)['miners']).toBe('my-ann+a')
  expect(withMinerAlike({ miners: [other] }, one)['miners']).toEqual([other, one])
})

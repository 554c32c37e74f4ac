import { describe, expect, test } from 'vitest'
import { withIds } from '../ids.ts'
import { parseLossless, type JsonObject } from '../../base/json.ts'
import type { Row } from '../row.ts'
import { bge } from './bge.ts'
import type { Fault, RowFormat } from './format.ts'
import { msSwift } from './ms-swift.ts'
import { tevatron } from './tevatron.ts'

function read(format: RowFormat, columns: JsonObject): Row {
  const faults: Fault[] = []
  const found = format.read(parseLossless(JSON.stringify(columns)), faults)
  expect(faults).toEqual([])
  if (found === undefined) throw new Error('not read')
  return withIds(found, 'q')
}

/** Lists parallel to the negatives of a row with two, or fields of its first one. */
const rows = {
  bge: (lists: object) => ({ query: 'q', pos: ['p'], neg: ['n', 'm'], ...lists }),
  msSwift: (lists: object) => ({
    messages: [{ role: 'user', content: 'q' }],
    positive_messages: [[{ role: 'user', content: 'p' }]],
    negative_messages: [[{ role: 'user', content: 'n' }], [{ role: 'user', content: 'm' }]],
    ...lists,
  }),
  tevatron: (fields: object) => ({
    query: 'q',
    positive_passages: [{ docid: 'p', title: '', text: 'p' }],
    negative_passages: [{ docid: 'n', title: '', text: 'n', ...fields }],
  }),
}

describe('what is no origin', () => {
  test('says nothing, and stays where it stands', () => {
    const lists = { neg_origins: ['wikipedia', null], neg_strategies: ['x', 3] }
    const row = read(bge, rows.bge(lists))
    expect(row.passages.map(({ origin }) => origin)).toEqual(['given', 'given', 'given'])
    expect(bge.withOrigins(rows.bge(lists), row)).toMatchObject({
      neg_origins: ['wikipedia', 'given'],
      neg_strategies: ['x', 3],
      neg_requirements: ['', ''],
    })
    const node = rows.tevatron({ origin: 'wikipedia', strategy: 'x' })
    expect(tevatron.withOrigins(node, read(tevatron, node))).toMatchObject({
      negative_passages: [{ origin: 'wikipedia', strategy: 'x', requirement: '' }],
    })
  })

  test('is no list: a column of that name is not for Winnow', () => {
    expect(read(bge, rows.bge({ neg_origins: 'generated' })).passages[1]).toMatchObject({ origin: 'given' })
    expect(read(bge, rows.bge({ neg_strategies: ['x'] })).passages[1]).toEqual(
      expect.not.objectContaining({ generation: expect.anything() as unknown }),
    )
  })

  test.each([
    [
      bge,
      rows.bge({ neg_origins: ['mined'] }),
      'wrong-length',
      '"neg_origins" must be as long as its passages: found 1 for 2',
    ],
    [
      msSwift,
      rows.msSwift({ negative_origins: ['mined', 'generated'], negative_requirements: ['x'] }),
      'wrong-length',
      '"negative_requirements" must be as long as its passages: found 1 for 2',
    ],
    [
      bge,
      rows.bge({ neg_origins: ['mined', 'generated'], neg_strategies: ['', 7] }),
      'wrong-type',
      '"neg_strategies" position 2 must be a string, found a number (7)',
    ],
    [
      tevatron,
      rows.tevatron({ origin: 'generated', requirement: ['x'] }),
      'wrong-type',
      '"negative_passages" position 1: "requirement" must be a string, found a list (["x"])',
    ],
  ])('%# is a fault where it would be taken for another', (format, columns, code, message) => {
    const faults: Fault[] = []
    format.read(columns, faults)
    expect(faults).toEqual([{ code, message }])
  })
})

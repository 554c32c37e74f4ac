import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { withIds } from '../ids.ts'
import { parseLossless, type JsonObject } from '../../base/json.ts'
import { bytesWithOrigins, readRows, type RowLine } from '../read.ts'
import type { Label, Passage, Row } from '../row.ts'
import { bge } from './bge.ts'
import type { Fault, RowFormat } from './format.ts'
import { FORMATS } from './index.ts'
import { msSwift } from './ms-swift.ts'
import { tevatron } from './tevatron.ts'

function tryRead(format: RowFormat, columns: JsonObject): { row: Row | undefined; faults: Fault[] } {
  const faults: Fault[] = []
  const found = format.read(parseLossless(JSON.stringify(columns)), faults)
  return { row: found && faults.length === 0 ? withIds(found, 'q') : undefined, faults }
}

function read(format: RowFormat, columns: JsonObject): Row {
  const { row, faults } = tryRead(format, columns)
  expect(faults).toEqual([])
  return row as Row
}

const generation = fc.record({
  strategy: fc.constantFrom('entity_shift', 'attribute_shift', ''),
  requirement: fc.string(),
})
/** Where a passage came from, as a file can say it. */
const source = fc.oneof(
  fc.constantFrom({ origin: 'given' as const }, { origin: 'mined' as const }, { origin: 'generated' as const }),
  generation.map((each) =>
    each.strategy + each.requirement === ''
      ? { origin: 'generated' as const }
      : { origin: 'generated' as const, generation: each },
  ),
)
const grownRow = fc
  .record({
    positives: fc.array(source, { minLength: 1, maxLength: 3 }),
    negatives: fc.array(source, { minLength: 1, maxLength: 5 }),
  })
  .map(({ positives, negatives }): Row => {
    const passages = (label: 'positive' | 'negative', sources: (typeof positives)[number][]) =>
      sources.map((each, index): Passage => ({ id: `${label}${index}`, text: `${label} ${index}`, label, ...each }))
    return {
      id: 'q',
      query: 'why?',
      passages: [...passages('positive', positives), ...passages('negative', negatives)],
    }
  })

/** What is said of each passage, by its text: ids are not in all formats. */
const saidIn = ({ passages }: Row) =>
  passages
    .filter(({ label }) => label !== 'ignored')
    .map(({ text, label, origin, generation: its }) => ({ text, label, origin, generation: its }))

describe.each(FORMATS.map((format) => [format.name, format] as const))('%s rows', (_name, format) => {
  test('say of every passage where it came from, and are read as they were written', () => {
    fc.assert(
      fc.property(grownRow, (row) => {
        expect(saidIn(read(format, format.withOrigins(format.create(row), row)))).toEqual(saidIn(row))
      }),
    )
  })

  test('say it still when labels moved, passages left and others came', () => {
    const labels = fc.array(fc.constantFrom<Label>('positive', 'negative', 'ignored'), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(grownRow, labels, source, (row, drawn, added) => {
        const columns = format.withOrigins(format.create(row), row)
        const before = read(format, columns)
        const passages = before.passages.map((passage, index) => ({ ...passage, label: drawn[index] as Label }))
        const first = { ...(passages[0] as Passage), label: 'positive' as const }
        const fresh: Passage = { id: 'new', text: 'new', label: 'negative', ...added }
        const after: Row = { ...before, passages: inOrder([first, ...passages.slice(1), fresh]) }
        const moved = format.relabel(columns, before, after)
        expect(saidIn(read(format, moved))).toEqual(saidIn(after))
        expect(Object.keys(moved)).toEqual(Object.keys(columns))
      }),
    )
  })

  test('have the same columns in every row, and texts in all of them', () => {
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return [...new Set(value.map((each) => JSON.stringify(shape(each))))]
      if (typeof value !== 'object' || value === null) return typeof value
      return Object.entries(value).map(([key, each]) => [key, shape(each)])
    }
    fc.assert(
      fc.property(grownRow, grownRow, (one, other) => {
        const shapeOf = (row: Row) => shape(format.withOrigins(format.create(row), row))
        expect(shapeOf(one)).toEqual(shapeOf(other))
      }),
    )
  })

  test('that say it already are written as the very bytes, and others gain it', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    const bare: Row = {
      id: 'q',
      query: 'why?',
      passages: [
        { id: 'p', text: 'p', label: 'positive', origin: 'given' },
        { id: 'n', text: 'n', label: 'negative', origin: 'given' },
      ],
    }
    const entryOf = async (text: string) => {
      writeFileSync(path, text)
      for await (const [entry] of readRows({ path, format })) return entry as RowLine
      throw new Error('nothing there')
    }
    const plain = `${JSON.stringify({ ...format.create(bare), number: 1 }).replace('"number":1', '"number": 1.0')}\r\n`
    const entry = await entryOf(plain)
    const written = bytesWithOrigins(entry, entry.row, { format }).toString()
    expect(written).not.toBe(plain)
    expect(written).toMatch(/"number":1\.0.*\r\n$/)
    const spaced = written.replace('"number":1.0', '"number" : 1.0')
    const again = await entryOf(spaced)
    expect(bytesWithOrigins(again, again.row, { format }).toString()).toBe(spaced)
    expect(bytesWithOrigins(again, again.row, { format })).toBe(again.line.bytes)
  })
})

const inOrder = (passages: Passage[]) =>
  (['positive', 'negative', 'ignored'] as const).flatMap((label) => passages.filter((each) => each.label === label))

/** Lists beside the negatives of a row of two, or fields of its first one. */
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

// What every format of training rows must do: read what it writes, move labels and lose nothing, say where passages came from.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLossless, type JsonObject } from '../../src/base/json.ts'
import type { Fault, RowFormat } from '../../src/rows/formats/format.ts'
import { formatOf } from '../../src/rows/formats/index.ts'
import { withIds } from '../../src/rows/ids.ts'
import { minersOf, withMiners } from '../../src/rows/miners.ts'
import { bytesWithOrigins, readRows, relabelledBytes, type RowLine } from '../../src/rows/read.ts'
import { labelled, type Label, type Passage, type Row } from '../../src/rows/row.ts'
import { tempDir } from '../support/files.ts'
import { grownRow, minedRow, source, type Columns } from '../support/random-rows.ts'
import { repetitions } from '../support/repetitions.ts'

interface FormatExamples {
  /** Rows as files have them, with columns that nobody knows. */
  rows: fc.Arbitrary<Columns>
  /** The columns of positives and of negatives, and of the scores that run beside them. */
  columns: [positives: string, negatives: string, positiveScores?: string, negativeScores?: string]
  /** Whether a passage has an id and a title of its own; otherwise its title is a part of its text. */
  hasTitles?: boolean
}

export function describeFormat(format: RowFormat, examples: FormatExamples): void {
  describe(`${format.name} rows`, () => {
    describe('that stand in no file yet', () => describeNewRows(format, examples))
    describe('say where passages came from', () => describeOrigins(format))
    describe('read and written', () => describeFiles(format, examples))
  })
}

function read(format: RowFormat, columns: JsonObject): Row {
  const faults: Fault[] = []
  const found = format.read(parseLossless(JSON.stringify(columns)), faults)
  expect(faults).toEqual([])
  if (found === undefined) throw new Error('not read')
  return withIds(found, found.id ?? 'of its query')
}

async function entriesIn(path: string, format: RowFormat, contents: string): Promise<RowLine[]> {
  writeFileSync(path, contents)
  const entries: RowLine[] = []
  for await (const batch of readRows({ path, format })) {
    for (const entry of batch) {
      if (!('row' in entry)) throw new Error(`bad row: ${JSON.stringify(entry.faults)}`)
      entries.push(entry)
    }
  }
  return entries
}

const inOrder = (passages: Passage[]) =>
  (['positive', 'negative', 'ignored'] as const).flatMap((label) => passages.filter((each) => each.label === label))

function describeNewRows(format: RowFormat, { hasTitles = false }: FormatExamples): void {
  const miners = [{ name: 'bm25', identity: 'bm25-1' }]
  const flat = ({ id: _id, title = '', text, ...said }: Passage) => ({
    ...said,
    text: title === '' ? text : `${title} ${text}`.trim(),
  })

  test('are read back as they were', () => {
    fc.assert(
      fc.property(minedRow, (row) => {
        const written = read(format, withMiners(format.withScores(format.create(row), row), miners))
        expect(minersOf(written)).toEqual(miners)
        expect(written.query).toEqual(row.query)
        if (hasTitles) {
          expect(written.passages).toEqual(row.passages)
          expect([written.id, written.dataset]).toEqual([row.id, row.dataset])
        } else {
          expect(written.passages.map(flat)).toEqual(row.passages.map(flat))
        }
      }),
    )
  })

  test('have the same columns whatever their passages are', () => {
    fc.assert(
      fc.property(minedRow, minedRow, (one, other) => {
        const columns = (row: Row) => Object.keys(format.withScores(format.create({ ...row, dataset: 'x' }), row))
        expect(columns(one)).toEqual(columns(other))
      }),
    )
  })

  test('are told by their columns, and without negatives where these are wanted', () => {
    const positive: Passage = { id: 'p', text: 'p', label: 'positive', origin: 'given' }
    const columns = format.create({ id: 'q', query: 'x', passages: [positive] })
    expect(formatOf(columns)).toBe(format)
    const { [format.negativesColumn as string]: _gone, ...bare } = columns
    expect([formatOf(bare), formatOf(bare, true)]).toEqual([undefined, format])
  })
}

/** What is said of each passage, by its text: ids are not in all formats. */
const saidIn = ({ passages }: Row) =>
  passages
    .filter(({ label }) => label !== 'ignored')
    .map(({ text, label, origin, generation: its }) => ({ text, label, origin, generation: its }))

function describeOrigins(format: RowFormat): void {
  test('of every passage, and are read as they were written', () => {
    fc.assert(
      fc.property(grownRow, (row) => {
        expect(saidIn(read(format, format.withOrigins(format.create(row), row)))).toEqual(saidIn(row))
      }),
    )
  })

  test('still when labels moved, passages left and others came', () => {
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

  test('in the same columns in every row, and texts in all of them', () => {
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

  test('in the very bytes that said it already, and others gain it', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    const passages: Passage[] = [
      { id: 'p', text: 'p', label: 'positive', origin: 'given' },
      { id: 'n', text: 'n', label: 'negative', origin: 'given' },
    ]
    const entryOf = async (text: string) => (await entriesIn(path, format, text))[0] as RowLine
    const bare = format.create({ id: 'q', query: 'why?', passages })
    const plain = `${JSON.stringify({ ...bare, number: 1 }).replace('"number":1', '"number": 1.0')}\r\n`
    const entry = await entryOf(plain)
    const written = bytesWithOrigins(entry, entry.row, { format }).toString()
    expect(written).not.toBe(plain)
    expect(written).toMatch(/"number":1\.0.*\r\n$/)
    const spaced = written.replace('"number":1.0', '"number" : 1.0')
    const again = await entryOf(spaced)
    expect(bytesWithOrigins(again, again.row, { format }).toString()).toBe(spaced)
    expect(bytesWithOrigins(again, again.row, { format })).toBe(again.line.bytes)
  })
}

function describeFiles(format: RowFormat, { rows, columns: names }: FormatExamples): void {
  const file = fc.array(rows, { minLength: 1, maxLength: 4 })
  const written = (all: Columns[], end = '\n') => all.map((row) => JSON.stringify(row) + end).join('')

  test('are the same bytes when nothing changes, and have ids of their own', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom('\n', '\r\n', ' \n', '\n\n'), async (all, end) => {
        const entries = await entriesIn(path, format, written(all, end))
        const bytes = entries.map(({ line }) => line.bytes.toString())
        expect(bytes).toEqual(all.map((row) => JSON.stringify(row) + end.replace('\n\n', '\n')))
        expect(new Set(entries.map(({ row }) => row.id)).size).toBe(all.length)
        for (const { row } of entries) expect(new Set(row.passages.map(({ id }) => id)).size).toBe(row.passages.length)
      }),
      { numRuns: repetitions(50, 120, 200) },
    )
  })

  test('lose nothing when labels change, and are read back as they were decided', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    const labels = fc.array(fc.constantFrom<Label>('positive', 'negative', 'ignored'), { minLength: 9, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(rows, labels, async (columns, drawn) => {
        const [entry] = (await entriesIn(path, format, written([columns]))) as [RowLine]
        const { row } = entry
        const negatives = labelled(row, 'negative').map((passage, at) => ({
          ...passage,
          label: drawn[at] ?? 'negative',
        }))
        const after = { ...row, passages: inOrder([...labelled(row, 'positive'), ...negatives]) }
        expectMoved(JSON.stringify(columns), relabelledBytes(entry, after, format).toString(), drawn, names)
      }),
      { numRuns: repetitions(50, 120, 200) },
    )
  })

  test('have lists as long as their passages when a passage is new, and all other columns as they were', () => {
    const added: Passage = { id: 'new', title: 'New', text: 'words', label: 'negative', origin: 'mined', score: 1.5 }
    fc.assert(
      fc.property(rows, (raw) => {
        const columns = parseLossless(JSON.stringify(raw))
        const before = read(format, columns)
        const moved = format.relabel(columns, before, {
          ...before,
          passages: [...labelled(before, 'positive'), added],
        })
        expect(Object.keys(moved)).toEqual(Object.keys(columns))
        const again = read(format, moved)
        const positives = (of: Row) => labelled(of, 'positive').map(({ text }) => text)
        expect(positives(again)).toEqual(positives(before))
        expect(labelled(again, 'negative')).toHaveLength(1)
        for (const name of Object.keys(columns)) {
          if (name === names[1] || name === names[3]) expect(moved[name]).toHaveLength(1)
          else expect(JSON.stringify(moved[name])).toBe(JSON.stringify(columns[name]))
        }
      }),
    )
  })
}

/** Columns with numbers as their source text, for comparison. */
const lossless = (text: string) =>
  JSON.parse(text, (_key, value: unknown, { source: digits }: { source?: string } = {}) =>
    typeof value === 'number' ? `number ${digits}` : value,
  ) as Columns

/** Every passage, whole and with its score, stands in the list that was drawn for it; every other column is as it was. */
function expectMoved(before: string, after: string, drawn: Label[], names: FormatExamples['columns']): void {
  const [positives, negatives, positiveScores = '', negativeScores = ''] = names
  const [from, to] = [lossless(before), lossless(after)]
  expect(after.endsWith('\n')).toBe(true)
  expect(Object.keys(to)).toEqual(Object.keys(from))
  for (const name of Object.keys(from)) if (!names.includes(name)) expect(to[name]).toEqual(from[name])
  // A list without scores has none to give: what moves out of it into a list with scores gets null.
  const isScored = positiveScores in from === negativeScores in from
  const items = (columns: Columns, list: string, scores: string) =>
    (columns[list] as unknown[]).map((item, at) => (isScored ? [item, (columns[scores] as unknown[])?.[at]] : item))
  const were = items(from, negatives, negativeScores)
  const now = (label: Label) => were.filter((_item, at) => drawn[at] === label)
  expect(items(to, positives, positiveScores)).toEqual([...items(from, positives, positiveScores), ...now('positive')])
  expect(items(to, negatives, negativeScores)).toEqual(now('negative'))
  for (const [list, scores] of [
    [positives, positiveScores],
    [negatives, negativeScores],
  ] as const) {
    if (scores in from) expect(to[scores]).toHaveLength((to[list] as unknown[]).length)
  }
}

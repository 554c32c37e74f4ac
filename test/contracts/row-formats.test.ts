// What every format of rows must do, whatever its form: be recognised, be read as it was written, lose nothing in any container, move
// labels, and say what is wrong.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/json.ts'
import { CONTAINER_NAMES } from '../../src/rows/containers/names.ts'
import { detectFormat, readRows, relabelledBytes, type RowLine } from '../../src/rows/read.ts'
import { FORMATS, formatOf, resemblanceOf } from '../../src/rows/formats/index.ts'
import { recordsIn } from '../../src/rows/formats/group.ts'
import { openInput } from '../../src/rows/input.ts'
import { labelled, titleAndText, type Label, type Passage, type Row } from '../../src/rows/row.ts'
import { assertForm, openRowSink } from '../../src/rows/sink.ts'
import type { Fault, RowFormat } from '../../src/rows/formats/format.ts'
import { tempDir } from '../support/files.ts'
import { repetitions } from '../support/repetitions.ts'

const text = fc.oneof(
  fc.constantFrom(
    'a "quoted" text',
    'two\nlines',
    'comma, and\ttab',
    'naïve ☃',
    ' spaced ',
    '[1]',
    '{}',
    'true',
    '1.0',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((each) => each.trim() !== ''),
)
const passage = (label: Label) =>
  fc.record({ text, score: fc.double({ min: -10, max: 10, noNaN: true }) }).map((each) => ({ ...each, label }))
/** Rows of one file: different queries, and in each row different texts. */
const rowsOf = (negatives: { minLength: number; maxLength: number }) =>
  fc
    .uniqueArray(
      fc.record({
        query: text,
        passages: fc
          .tuple(
            fc.array(passage('positive'), { minLength: 1, maxLength: 3 }),
            fc.array(passage('negative'), negatives),
          )
          .map((lists) => {
            const all = lists
              .flat()
              .map((each, at) => ({ ...each, text: `${each.text}${at}`, id: `d${at}`, origin: 'given' as const }))
            return all
          }),
      }),
      { selector: ({ query }) => query, minLength: 1, maxLength: 4 },
    )
    .map((rows) =>
      rows.map(({ query, passages }, at): Row => ({
        id: `r${at}`,
        query,
        passages: passages.map((each) => ({ ...each, id: `r${at} ${each.id}` })),
      })),
    )

const anyRows = rowsOf({ minLength: 1, maxLength: 3 })
/** A table has the same columns in all rows. */
const evenRows = rowsOf({ minLength: 2, maxLength: 2 })

/** What a format can say of a row. */
function said({ name, hasNoNegatives, hasNoScores, mostPositives = Infinity }: RowFormat, row: Row, isScored: boolean) {
  // The tables of MS MARCO have a line for each text.
  const held = (each: string) => (name === 'msmarco' ? each.replace(/[\t\r\n]+/g, ' ') : each)
  const list = (label: Label, most = Infinity) =>
    labelled(row, label)
      .slice(0, most)
      .map((each) => [held(titleAndText(each)), isScored && hasNoScores !== true ? each.score : undefined])
      .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))
  return {
    name,
    query: held(row.query),
    positives: list('positive', mostPositives),
    negatives: hasNoNegatives ? [] : list('negative'),
  }
}

function linesFor(format: RowFormat, rows: readonly Row[], isScored: boolean): string[] {
  return rows.map((row) => {
    const created = format.create(row)
    return `${JSON.stringify(isScored && format.hasNoScores !== true ? format.withScores(created, row) : created)}\n`
  })
}

async function writeRows(format: RowFormat, lines: readonly (string | Buffer)[], path: string): Promise<void> {
  const sink = await openRowSink({ path, format })
  for (const line of lines) await sink.write(line)
  await sink.commit()
}

async function entriesIn(path: string, format?: RowFormat): Promise<RowLine[]> {
  const input = await openInput(path, format?.name, undefined, true)
  try {
    const entries: RowLine[] = []
    for await (const batch of readRows(input)) {
      for (const entry of batch) {
        if (!('row' in entry)) throw new Error(`bad row: ${JSON.stringify(entry.faults)}`)
        entries.push(entry)
      }
    }
    return entries
  } finally {
    await input.close()
  }
}

const isPossible = (format: RowFormat, path: string) => {
  try {
    assertForm({ path, format })
    return true
  } catch {
    return false
  }
}

const ENDINGS = [...CONTAINER_NAMES.map((name) => `.${name}`), '.jsonl.gz', '.jsonl.zst', '/']

describe.each(FORMATS.map((format) => [format.name, format] as const))('%s', (_name, format) => {
  test('is recognised by its first row, and read as it was written, in every container', async () => {
    for (const ending of ENDINGS.filter((each) => isPossible(format, `rows${each}`))) {
      await fc.assert(
        fc.asyncProperty(format.name === 'st-n-tuple' ? evenRows : anyRows, fc.boolean(), async (rows, isScored) => {
          const path = join(tempDir(), `rows${ending}`)
          await writeRows(format, linesFor(format, rows, isScored), path)
          expect((await detectFormat(path, true)).name).toBe(format.name)
          const entries = await entriesIn(path)
          expect(entries.map(({ row }) => said(format, row, true))).toEqual(
            rows.map((row) => said(format, row, isScored)),
          )
        }),
        { numRuns: repetitions(1, 2) },
      )
    }
  })

  test('rows of JSON lines keep their bytes, and those of one query are together', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, fc.boolean(), async (rows, isMixed) => {
        const path = join(tempDir(), 'rows.jsonl')
        await writeRows(format, linesFor(format, rows, false), path)
        const spaced = linesIn(path).map((line) => `${line.replace('":', '" : ')}\r\n`)
        // Records of one query are together, or wherever they come to be.
        writeFileSync(path, (isMixed ? spaced.toReversed() : spaced).join(''))
        const entries = await entriesIn(path, format)
        const out = join(tempDir(), 'out.jsonl')
        await writeRows(
          format,
          entries.map(({ line }) => line.bytes),
          out,
        )
        expect(linesIn(out).toSorted()).toEqual(linesIn(path).toSorted())
        if (format.groupOf !== undefined) expect(entries.length).toBe(rows.length)
      }),
      { numRuns: repetitions(6, 12) },
    )
  })

  test('labels move, passages leave and come, and everything else stays', async () => {
    const labels = fc.array(fc.constantFrom<Label>('positive', 'negative', 'ignored'), { minLength: 6, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(anyRows, labels, fc.boolean(), async ([row], drawn, isNew) => {
        const path = join(tempDir(), 'rows.jsonl')
        await writeRows(format, linesFor(format, [row as Row], false), path)
        const [entry] = (await entriesIn(path, format)) as [RowLine]
        const moved = entry.row.passages.map((each, at) => ({
          ...each,
          label: at === 0 ? each.label : (drawn[at] as Label),
        }))
        const added: Passage[] = isNew ? [{ id: 'new', text: 'a new one', label: 'negative', origin: 'mined' }] : []
        const all = [...moved, ...added]
        const kept = all.filter(({ label }) => label !== 'ignored')
        const after: Row = {
          ...entry.row,
          passages: [
            ...labelled({ ...row!, passages: kept }, 'positive'),
            ...labelled({ ...row!, passages: kept }, 'negative'),
          ],
        }
        const out = join(tempDir(), 'out.jsonl')
        await writeRows(format, [relabelledBytes(entry, after, format)], out)
        const [again] = (await entriesIn(out, format)) as [RowLine]
        expect(said(format, again.row, false)).toEqual(said(format, after, false))
      }),
      { numRuns: repetitions(10, 20) },
    )
  })

  test('without one of its columns it is another format, or the column is named', () => {
    const row: Row = {
      id: 'r',
      query: 'q',
      passages: [
        { id: 'p', text: 'p', label: 'positive', origin: 'given' },
        { id: 'n', text: 'n', label: 'negative', origin: 'given' },
      ],
    }
    const [record] = recordsIn(format.create(row)) as [JsonObject]
    for (const names of format.wanted) {
      const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
      if (formatOf(rest) !== undefined) continue
      const resemblance = resemblanceOf(rest)
      if (format.wanted.length > 2)
        expect(resemblance?.missing.length, `${format.name} without ${names.join()}`).toBeGreaterThan(0)
    }
  })

  test('whatever a column holds, it is read or refused in words, and never with an exception', () => {
    const anything = fc.oneof(
      fc.constantFrom(null, 1, true, '', 'x', [], {}, [null], [1], ['x'], [[]], [{}], { text: 1 }),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(anyRows, anything, fc.nat(), ([row], value, at) => {
        const [record] = recordsIn(format.create(row as Row)) as [JsonObject]
        const name = Object.keys(record)[at % Object.keys(record).length] as string
        const faults: Fault[] = []
        const read = format.read({ ...record, [name]: value }, faults)
        expect(read !== undefined || faults.length > 0).toBe(true)
        for (const { code, message } of faults) expect([code, message].every((each) => each !== '')).toBe(true)
      }),
      { numRuns: repetitions(60, 120, 200) },
    )
  })
})

const linesIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')

// Scores stay with their passages, whichever of them move, leave or come.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { readRows, relabelledColumns, type RowLine } from '../read.ts'
import { labelled, type Label, type Passage, type Row } from '../row.ts'
import { FORMATS } from './index.ts'
import type { RowFormat } from './format.ts'

async function read(columns: object, format: RowFormat, path: string): Promise<RowLine> {
  writeFileSync(path, `${JSON.stringify(columns)}\n`)
  for await (const [entry] of readRows({ path, format, wantsNegatives: true })) return entry as RowLine
  throw new Error('nothing there')
}

const LABELS: readonly Label[] = ['positive', 'negative', 'ignored']
const anyRow = fc
  .record({
    scores: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 8 }),
    to: fc.array(fc.constantFrom(...LABELS), { minLength: 8, maxLength: 8 }),
    isNew: fc.boolean(),
  })
  .map(({ scores, to, isNew }) => {
    const passages = scores.map((score, at): Passage => ({
      id: `d${at}`,
      text: `text ${at}`,
      label: at < 2 ? 'positive' : 'negative',
      origin: 'given',
      score,
    }))
    const moved = passages.map((passage, at) => (at < 1 ? passage : { ...passage, label: to[at] as Label }))
    const added: Passage[] = isNew
      ? [{ id: 'new', text: 'new text', label: 'negative', origin: 'mined', score: 0.25 }]
      : []
    const all = [...moved, ...added]
    return {
      before: { id: 'r', query: 'q', passages } satisfies Row,
      after: LABELS.flatMap((label) => all.filter((passage) => passage.label === label)),
    }
  })

const scoresOf = (row: Row) =>
  new Map(
    row.passages.filter(({ label }) => label !== 'ignored').map(({ text, label, score }) => [text, { label, score }]),
  )

/** The entry whose passages have the ids of the file, which not every format keeps. */
const withIdsOf = ({ row }: RowLine, after: Passage[]): Row => {
  const ids = new Map(row.passages.map(({ text, id }) => [text, id]))
  return { ...row, passages: after.map((passage) => ({ ...passage, id: ids.get(passage.text) ?? passage.id })) }
}

const SCORED = FORMATS.filter((format) => !format.hasNoScores && format.mostPositives === undefined)

describe.each(SCORED.map((format) => [format.name, format] as const))('%s', (_name, format) => {
  test('every passage keeps its score wherever it moves', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    await fc.assert(
      fc.asyncProperty(anyRow, async ({ before, after }) => {
        const entry = await read(format.withScores(format.create(before), before), format, path)
        const decided = withIdsOf(entry, after)
        const written = await read(relabelledColumns(entry, decided, { format }), format, path)
        expect(scoresOf(written.row)).toEqual(scoresOf(decided))
      }),
      { numRuns: 40 },
    )
  })

  test('new scores replace the old ones, passage by passage; without scores there is none left', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    await fc.assert(
      fc.asyncProperty(anyRow, async ({ before, after }) => {
        const entry = await read(format.withScores(format.create(before), before), format, path)
        const decided = withIdsOf(entry, after)
        const scored = {
          ...decided,
          passages: decided.passages.map((passage, at) => ({ ...passage, score: at + 0.5 })),
        }
        const columns = relabelledColumns(entry, decided, { format })
        const { row } = await read(format.withScores(columns, scored), format, path)
        expect(scoresOf(row)).toEqual(scoresOf(scored))
        const bare = await read(format.withoutScores(columns), format, path)
        expect(bare.row.passages.every(({ score }) => score === undefined)).toBe(true)
        expect(labelled(bare.row, 'negative').length).toBe(labelled(decided, 'negative').length)
      }),
      { numRuns: 40 },
    )
  })
})

// Properties of every row, every verdict and every policy: labels are disjoint, and nothing is lost.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change, Decision } from '../src/policy/policy.ts'
import { fold, foldedFinder } from '../src/likeness/fold.ts'
import { formatNamed } from '../src/rows/formats/index.ts'
import { KnownPositives } from '../src/rows/known.ts'
import { readRows, type RowLine } from '../src/rows/read.ts'
import { contentOf, labelled, type Label, type Row } from '../src/rows/row.ts'
import { prepare } from '../src/job/prepare.ts'
import { SUBJECTS } from './support/any-evidence.ts'
import { tempDir } from './support/files.ts'
import { anyText, bgeRow, msSwiftRow, tevatronRow, type Columns } from './support/random-rows.ts'
import { repetitions } from './support/repetitions.ts'

const anyFile = fc.oneof(
  fc.record({ format: fc.constant('bge'), rows: fc.array(bgeRow(), { minLength: 1, maxLength: 4 }) }),
  fc.record({ format: fc.constant('tevatron'), rows: fc.array(tevatronRow(), { minLength: 1, maxLength: 4 }) }),
  fc.record({ format: fc.constant('ms-swift'), rows: fc.array(msSwiftRow('user'), { minLength: 1, maxLength: 4 }) }),
  fc.record({
    format: fc.constant('ms-swift-reranker'),
    rows: fc.array(msSwiftRow('assistant'), { minLength: 1, maxLength: 4 }),
  }),
)

async function readFile(path: string, format: string): Promise<RowLine[]> {
  const entries: RowLine[] = []
  for await (const batch of readRows({ path, format: formatNamed(format) })) {
    for (const entry of batch) {
      if (!('row' in entry)) throw new Error(`bad row: ${JSON.stringify(entry.faults)}`)
      entries.push(entry)
    }
  }
  return entries
}

/** Reads rows back from a file of them. */
function readBack(path: string, rows: Columns[], format: string, end = '\n'): Promise<RowLine[]> {
  writeFileSync(path, rows.map((row) => JSON.stringify(row) + end).join(''))
  return readFile(path, format)
}

function expectSoundDecision(row: Row, decision: Decision, outcomeIfUnread: string | undefined): void {
  const { outcome, row: after, changes } = decision
  if (outcomeIfUnread === undefined) expect(outcome).not.toBe('undecided')
  else expect(outcome).toBe(outcomeIfUnread)
  if (outcome === 'kept' || outcome === 'undecided') expect(after).toBe(row)
  if (outcome !== 'changed') expect(changes).toEqual([])
  if (outcome === 'dropped') expect(decision.reason).toBeDefined()

  // Nothing is lost, nothing comes twice: every passage has one label, and what lost its label is one change.
  const labels = (of: Row) => new Map(of.passages.map(({ id, label }) => [id, label]))
  const [before, now] = [labels(row), labels(after)]
  expect(after.passages).toHaveLength(row.passages.length)
  expect([...now.keys()].toSorted()).toEqual([...before.keys()].toSorted())
  const moved = [...before].filter(([id, label]) => now.get(id) !== label)
  const named = changes.map(({ passage, from, to }: Change) => [passage.id, from, to])
  expect(named.toSorted()).toEqual(moved.map(([id, label]) => [id, label, now.get(id)]).toSorted())
  expect(changes.every(({ from }) => from === 'negative')).toBe(true)
}

/** In a row that was decided and written, no text stands under two labels, and none has become a positive twice. */
function expectDisjoint(before: Row, { outcome, row }: Decision): void {
  if (outcome !== 'kept' && outcome !== 'changed') return
  const folded = (of: Row, label: Label) => labelled(of, label).map((passage) => fold(contentOf(passage)))
  const positives = folded(row, 'positive')
  expect([...new Set(positives).intersection(new Set(folded(row, 'negative')))]).toEqual([])
  const given = folded(before, 'positive')
  expect(positives.length - given.length).toBe(new Set(positives).size - new Set(given).size)
}

const UNDECIDED = { keep: 'undecided', drop: 'dropped' }

describe('any policy on any evidence', () => {
  it.each(SUBJECTS)('labels every passage once, and lists every change: %s', async (_method, subject) => {
    const path = join(tempDir(), 'rows.jsonl')
    const draws = fc.array(fc.nat(), { minLength: 1, maxLength: 9 })
    const situation = fc.record({ draws, judged: fc.nat(9), isUnread: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(anyFile, situation, subject.options, async ({ format, rows }, draw, options) => {
        const entries = await readBack(path, rows, format)
        const known = new KnownPositives()
        for (const { row, line } of entries) known.add(row, line.number)
        for (const { row } of entries) {
          const { asked, evidence } = prepare(row, known, false)
          const asks = labelled(asked, 'negative').length > 0
          const found = asks ? subject.evidence(asked, draw) : []
          const decision = subject.policy(options as never)(row, [...evidence, ...found])
          const isUndecided = asks && subject.isUndecided(asked, draw, found, options as never)
          expectSoundDecision(row, decision, isUndecided ? UNDECIDED[options.undecided] : undefined)
          expectDisjoint(row, decision)
        }
      }),
      { numRuns: repetitions(250, 500, 1500) },
    )
  })

  it('finds a copy exactly when it folds to the same text', () => {
    const variant = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => ` ${text.toUpperCase()}`,
      (text) => text.normalize('NFD'),
      (text) => text.replaceAll(' ', ' \u200b'),
      (text) => `${text}.`,
    )
    const long = fc.oneof(
      anyText,
      fc.string({ unit: 'binary', minLength: 15, maxLength: 45 }),
      fc.array(fc.constantFrom('Σ', 'ß', 'İ', 'e\u0301', 'ﷺ', ' ', 'ｱ', '한', '’', 'a'), { maxLength: 50 }),
    )
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 3 }), variant, fc.nat(), (texts, vary, at) => {
        const given = texts.map((text) => (typeof text === 'string' ? text : text.join('')))
        const text = vary(given[at % given.length] ?? '')
        expect(foldedFinder(given)(text)).toBe(given.map(fold).indexOf(fold(text)))
      }),
      { numRuns: repetitions(300, 600, 2000) },
    )
  })
})

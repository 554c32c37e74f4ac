// What holds for every row, every verdict and every policy: labels are disjoint, nothing is lost, nothing else is touched.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change, Decision } from '../src/methods/policy.ts'
import { fold, foldedFinder } from '../src/likeness/fold.ts'
import { formatNamed } from '../src/rows/formats/index.ts'
import { KnownPositives } from '../src/rows/known.ts'
import { readRows, relabelledBytes, type RowLine } from '../src/rows/read.ts'
import { contentOf, labelled, type Label, type Row } from '../src/rows/row.ts'
import { prepare } from '../src/job/prepare.ts'
import { SUBJECTS } from './support/any-evidence.ts'
import { tempDir } from './support/files.ts'
import { anyText, bgeRow, msSwiftRow, tevatronRow, type Columns } from './support/random-rows.ts'

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
      { numRuns: 1500 },
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
      { numRuns: 2000 },
    )
  })
})

describe('ids', () => {
  it('are unique among the passages of a row and among the rows of a file', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    await fc.assert(
      fc.asyncProperty(anyFile, async ({ format, rows }) => {
        const read = (await readBack(path, rows, format)).map(({ row }) => row)
        expect(new Set(read.map(({ id }) => id)).size).toBe(read.length)
        for (const { passages } of read) expect(new Set(passages.map(({ id }) => id)).size).toBe(passages.length)
      }),
      { numRuns: 500 },
    )
  })
})

/** Columns with numbers as their source text, for comparison. */
const lossless = (text: string) =>
  JSON.parse(text, (_key, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' ? `number ${source}` : value,
  ) as Columns

interface Listed {
  texts: unknown[]
  scores: unknown
}
/** The two lists of a parsed row: how their names begin, and how that of the passages ends. */
const NAMES: Record<string, [string[], string]> = {
  bge: [['pos', 'neg'], ''],
  tevatron: [['positive', 'negative'], '_passages'],
  'ms-swift': [['positive', 'negative'], '_messages'],
  'ms-swift-reranker': [['positive', 'negative'], '_messages'],
}
function listsOf(columns: Columns, format: string): [Listed, Listed] {
  const [names, end] = NAMES[format] as [string[], string]
  return names.map((name) => ({ texts: columns[name + end] as unknown[], scores: columns[`${name}_scores`] })) as never
}
const LISTS = Object.values(NAMES).flatMap(([names, end]) => names.flatMap((name) => [name + end, `${name}_scores`]))
const others = (columns: Columns) => Object.entries(columns).filter(([name]) => !LISTS.includes(name))

/** Whole passages (of Tevatron) or texts or messages with their scores (of BGE and ms-swift), each as one comparable text. */
function itemsOf(columns: Columns, format: string): { positive: string[]; negative: string[] } {
  const [positive, negative] = listsOf(columns, format).map(({ texts, scores }) =>
    texts.map((text, index) => JSON.stringify([text, Array.isArray(scores) ? scores[index] : null])),
  )
  return { positive: positive ?? [], negative: negative ?? [] }
}

describe('reading and writing a format', () => {
  it('is the identity, byte for byte, when nothing changes', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    const end = fc.constantFrom('\n', '\r\n', ' \n', '\n\n')
    await fc.assert(
      fc.asyncProperty(anyFile, end, async ({ format, rows }, terminator) => {
        const entries = await readBack(path, rows, format, terminator)
        const bytes = entries.map(({ line }) => line.bytes.toString())
        expect(bytes).toEqual(rows.map((row) => JSON.stringify(row) + terminator.replace('\n\n', '\n')))
      }),
      { numRuns: 300 },
    )
  })

  it('loses nothing when labels change, and is read back as it was decided', async () => {
    const folder = tempDir()
    const labels = fc.array(fc.constantFrom<Label>('positive', 'negative', 'ignored'), { minLength: 9, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(anyFile, labels, async ({ format, rows }, drawn) => {
        const [entry] = await readBack(join(folder, 'rows.jsonl'), rows.slice(0, 1), format)
        const { row } = entry as RowLine
        let at = 0
        const passages = row.passages.map((passage) =>
          passage.label === 'negative' ? { ...passage, label: drawn[at++] ?? 'negative' } : passage,
        )
        const ordered = (['positive', 'negative', 'ignored'] as const).flatMap((label) =>
          passages.filter((passage) => passage.label === label),
        )
        const bytes = relabelledBytes(entry as RowLine, { ...row, passages: ordered }, formatNamed(format)).toString()
        expectMoved(JSON.stringify(rows[0]), bytes, drawn, format)
      }),
      { numRuns: 600 },
    )
  })
})

/** Every passage, whole and with its score, stands in the list that was drawn for it; every other column is as it was. */
function expectMoved(before: string, after: string, drawn: Label[], format: string): void {
  const [from, to] = [lossless(before), lossless(after)]
  expect(after.endsWith('\n')).toBe(true)
  expect(others(to)).toEqual(others(from))
  expect(Object.keys(to)).toEqual(Object.keys(from))
  const [were, are] = [itemsOf(from, format), itemsOf(to, format)]
  const now = (label: Label) => were.negative.filter((_item, index) => drawn[index] === label)
  // A list without scores has none to give: what moves out of it into a list with scores gets null.
  const scored = [from['pos_scores'], from['neg_scores']].filter(Boolean).length !== 1
  const comparable = (items: string[]) => (scored ? items : items.map((item) => (JSON.parse(item) as unknown[])[0]))
  expect(comparable(are.positive)).toEqual(comparable([...were.positive, ...now('positive')]))
  expect(comparable(are.negative)).toEqual(comparable(now('negative')))
  for (const name of ['pos', 'neg'])
    if (Array.isArray(from[`${name}_scores`]))
      expect((to[`${name}_scores`] as unknown[]).length).toBe((to[name] as unknown[]).length)
}

// winnow doctor as a user runs it: on the examples, as the docs show it, and on real files.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { doctor as examine, type DoctorReport } from '../src/commands/doctor/doctor.ts'
import { describeWithData, dataPath } from './support/data.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const root = resolve(import.meta.dirname, '..')
const doctor = (args: string[], stdin?: string) =>
  runWinnow(['doctor', ...args], {
    cwd: root,
    env: { COLUMNS: '100', NO_COLOR: '1' },
    ...(stdin === undefined ? {} : { stdin }),
  })
const counts = ({ findings }: DoctorReport) => Object.fromEntries(findings.map(({ code, count }) => [code, count]))

test('the docs show what it really prints about the examples', async () => {
  const { code, stdout, stderr } = await doctor(['examples/rows.jsonl'])
  expect([code, stderr]).toEqual([0, ''])
  expect(readFileSync(join(root, 'docs/commands/doctor.md'), 'utf8')).toContain(stdout)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

test('the docs name every finding', () => {
  const folder = join(root, 'src/commands/doctor/findings')
  const code = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  const codes = [...code.matchAll(/^ +code: '([a-z]+-[a-z-]+)'/gm)].map(([, name]) => name)
  const page = readFileSync(join(root, 'docs/commands/doctor.md'), 'utf8')
  expect(codes.length).toBeGreaterThan(8)
  for (const name of [...codes, 'repeated-negatives', 'long-passages', 'short-queries'])
    expect(page).toContain(`\`${name}\``)
})

test('the examples: three copies of positives and one known false negative', async () => {
  const { code, stdout } = await doctor(['examples/rows.jsonl', '--json'])
  const report = JSON.parse(stdout) as DoctorReport
  expect(code).toBe(0)
  expect(counts(report)).toEqual({ 'known-false-negatives': 1, 'copied-positives': 3, 'in-batch-false-negatives': 1 })
  const [known, copies] = report.findings
  expect(known).toMatchObject({ examples: [{ row: 'garden-garlic-time-forum' }], parts: [{ count: 1 }] })
  expect(copies?.examples.map(({ row }) => row)).toEqual([
    'cook-onion-tears',
    'astro-venus-hot',
    'bike-pressure-printed',
  ])
  expect(copies?.parts.map(({ code: kind, count }) => [kind, count])).toEqual([
    ['exact', 1],
    ['folded', 2],
  ])
})

test('a clean file on standard input is said to be one in few lines', async () => {
  const row = JSON.stringify({ query: 'why?', pos: ['Because.'], neg: ['Not at all.'] })
  const { code, stdout } = await doctor(['-'], `${row}\n`)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^standard input: 1 row, bge format\n/)
  expect(stdout).toContain('No problems found (without asking a model).')
  expect(stdout.split('\n').length).toBeLessThan(12)
})

test('faults are no failure, and hostile text cannot steer the terminal', async () => {
  const hostile = '\u001b[2J\u001b]0;title\u0007 \u202eright to left'
  const rows = [
    { query: hostile, pos: [hostile], neg: [hostile] },
    { query: 'q', pos: hostile, neg: ['n'] },
  ]
  const { code, stdout } = await doctor([writeJsonl(join(tempDir(), 'rows.jsonl'), rows)])
  expect(code).toBe(0)
  expect(stdout).toContain('Copied positives: 1 negative in 1 row, 50.0% of the file')
  expect(stdout).not.toMatch(/(?!\n)\p{Cc}|\u202e/u)
})

test.each([
  [['nowhere.jsonl'], /cannot read nowhere\.jsonl/],
  [['examples/rows.jsonl', '--format', 'csv'], /allowed: bge, tevatron/],
  [['examples/rows.jsonl', '--known', 'examples/rows.jsonl'], /rows\.jsonl:1: not a relevance judgement/],
  [['examples/rows.jsonl', '--frobnicate'], /unknown option/],
  [['README.md'], /not a known format of training rows/],
])('%j could not run: exit code 2 and a sentence', async (args, message) => {
  const { code, stdout, stderr } = await doctor(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
})

test('--strict: 1 for what breaks training, 0 for everything else', async () => {
  const row = JSON.stringify({ query: 'why?', pos: ['Because.'], neg: ['Because.'] })
  expect((await doctor(['-', '--strict'], `${row}\n`)).code).toBe(0)
  expect((await doctor(['-', '--strict'], `${row}\n{"query": 3}\n`)).code).toBe(1)
  expect((await doctor(['-'], `${row}\n{"query": 3}\n`)).code).toBe(0)
})

/** Counts the plain way what doctor counts in a stream: everything in memory, every text folded. */
function countPlainly(rows: { positives: string[]; negatives: string[] }[]): Record<string, number> {
  const alike = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
  const repeats = (texts: string[]) => texts.length - new Set(texts.map(alike)).size
  const sum = (count: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + count(row), 0)
  const positiveIn = new Map<string, number>()
  for (const { positives } of rows)
    for (const text of new Set(positives.map(alike))) positiveIn.set(text, (positiveIn.get(text) ?? 0) + 1)
  const all = {
    'in-batch-false-negatives': sum(({ positives, negatives }) => {
      const own = new Set(positives.map(alike))
      const shared = positives.filter((text) => (positiveIn.get(alike(text)) ?? 0) > 1).length
      return shared + negatives.filter((text) => !own.has(alike(text)) && positiveIn.has(alike(text))).length
    }),
    'copied-positives': sum(({ positives, negatives }) => {
      const own = new Set(positives.map(alike))
      return negatives.filter((text) => own.has(alike(text))).length
    }),
    'repeated-negatives': sum(({ negatives }) => repeats(negatives)),
    'repeated-positives': sum(({ positives }) => repeats(positives)),
  }
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
}

describeWithData('rlhn', "RLHN's intermediate files", () => {
  interface RlhnRow {
    positive_passages: { text: string }[]
    negative_passages: { text: string }[]
  }
  const names = readdirSync(dataPath('rlhn')).filter((name) => name.endsWith('.jsonl'))

  test.each(names)('%s: no row has its own positive among its negatives', async (name) => {
    const path = dataPath('rlhn', name)
    const rows = readJsonl<RlhnRow>(path).map((row) => ({
      positives: row.positive_passages.map(({ text }) => text),
      negatives: row.negative_passages.map(({ text }) => text),
    }))
    const report = await examine(path)
    expect(report).toMatchObject({ format: 'tevatron', rows: rows.length, badRows: 0 })
    expect(counts(report)).toEqual(countPlainly(rows))
    expect(counts(report)).not.toHaveProperty('copied-positives')
    expect(report.overview.datasets).toEqual([
      { dataset: 'fiqa', rows: rows.length, task: 'question-answering', by: 'dataset', exempt: [] },
    ])
  })
})

describeWithData('bge-examples', "BGE's example files", () => {
  const names = readdirSync(dataPath('bge-examples'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonl'),
  )

  test('there are some of every kind', () => expect(names.length).toBeGreaterThanOrEqual(12))

  test.each(names)('%s: read whole, and counted as a plain count does', async (name) => {
    const path = dataPath('bge-examples', name)
    const rows = readJsonl<{ pos: string[]; neg: string[] }>(path).map(({ pos, neg }) => ({
      positives: pos,
      negatives: neg,
    }))
    const report = await examine(path)
    expect(report).toMatchObject({ format: 'bge', rows: rows.length, badRows: 0 })
    expect(counts(report)).toEqual(countPlainly(rows))
    expect(report.overview.passages).toEqual({
      positive: rows.reduce((sum, { positives }) => sum + positives.length, 0),
      negative: rows.reduce((sum, { negatives }) => sum + negatives.length, 0),
      ignored: 0,
    })
  })
})

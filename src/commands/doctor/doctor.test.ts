import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { tempDir, writeJsonl } from '../../../test/support/files.ts'
import { doctor, type DoctorReport } from './doctor.ts'
import type { DoctorInput } from './options.ts'

const file = (text: string | Buffer, name = 'rows.jsonl') => {
  const path = join(tempDir(), name)
  writeFileSync(path, text)
  return path
}
const bge = (query: string, pos: unknown, neg: unknown, more: object = {}) => ({ query, pos, neg, ...more })
const examine = (rows: object[], options?: DoctorInput) =>
  doctor(writeJsonl(join(tempDir(), 'rows.jsonl'), rows), options)
const found = (report: DoctorReport, code: string) => report.findings.find((finding) => finding.code === code)
const codes = (report: DoctorReport) => report.findings.map(({ code }) => code)
const plain = Array.from({ length: 60 }, (_, index) =>
  bge(
    `what is the use of part ${index}?`,
    [`Part ${index} turns the wheel.`],
    [`Part ${index + 1} stops it.`, `Part ${index} is red.`],
  ),
)

test('a clean file has no findings, and an overview', async () => {
  const report = await examine(plain.slice(0, 40))
  expect(report).toMatchObject({ format: 'bge', rows: 40, badRows: 0, findings: [] })
  expect(report.overview).toMatchObject({
    passages: { positive: 40, negative: 80, ignored: 0 },
    negativesPerRow: { min: 2, median: 2, max: 2 },
    distinctQueries: 40,
    rowsSharingQuery: 0,
    datasets: [{ dataset: null, rows: 40, task: 'question-answering' }],
  })
})

describe('bad rows', () => {
  test('are counted by kind and listed with their lines, and the rest is examined', async () => {
    const lines = [
      JSON.stringify(bge('q', ['A copy of this'], ['a copy  of THIS', 'n'])),
      '',
      '{"query": "torn',
      JSON.stringify(bge('q', 'text', ['n'])),
      JSON.stringify(bge('  ', ['p'], ['n'])),
      JSON.stringify(bge('q', [], [])),
      JSON.stringify(bge('q', ['p'], ['n'], { neg_scores: [1, 2] })),
      '{"query": "cut off", "pos": ["p"], "n',
    ]
    const report = await doctor(file(lines.join('\n')))
    expect(report).toMatchObject({ rows: 1, badRows: 6 })
    const bad = found(report, 'bad-rows')!
    expect(bad).toMatchObject({ severity: 'breaks', count: 6, rows: 6, share: 6 / 7 })
    expect(Object.fromEntries(bad.parts.map(({ code, count }) => [code, count]))).toEqual({
      'invalid-json': 2,
      'wrong-type': 1,
      'empty-query': 1,
      'no-positive': 1,
      'no-negative': 1,
      'wrong-length': 1,
    })
    expect(bad.examples.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8])
    expect(bad.examples.at(-1)?.note).toContain('may be truncated')
    expect(found(report, 'copied-positives')).toMatchObject({ count: 1, rows: 1, share: 1 / 7 })
  })

  test('a repeated id is named with the line that had it first', async () => {
    const row = (id: string) => ({
      query_id: id,
      query: `what is ${id}?`,
      positive_passages: [{ docid: 'p', text: 'A thing.' }],
      negative_passages: [{ docid: 'n', text: 'Another.' }],
    })
    const bad = found(await examine([row('1'), row('2'), row('1')]), 'bad-rows')!
    expect(bad.examples).toEqual([{ line: 3, note: 'duplicate row id "1", first at line 1' }])
  })

  test('no more than twenty are listed, and all are counted', async () => {
    const bad = found(await examine([...plain, ...Array.from({ length: 50 }, () => bge('q', [], ['n']))]), 'bad-rows')!
    expect([bad.count, bad.examples.length]).toEqual([50, 20])
  })
})

test('copies of positives among the negatives, to the letter or folded', async () => {
  const copies = found(
    await examine([
      bge('q1', ['first', 'The “second” one'], ['the "second"  one', 'first', 'third']),
      bge('q2', ['fourth'], ['fifth']),
    ]),
    'copied-positives',
  )!
  expect(copies).toMatchObject({ count: 2, rows: 1, share: 0.5 })
  expect(copies.parts.map(({ code, count }) => [code, count])).toEqual([
    ['exact', 1],
    ['folded', 1],
  ])
  expect(copies.examples).toMatchObject([{ line: 1, note: 'negative 1 is positive 2, written differently' }])
})

describe('rows with the same query', () => {
  const rows = [
    bge('Why is Mars red?', ['Rust.'], ['Ice.']),
    bge('why is  mars red?', ['Iron oxide.'], ['RUST.', 'Sand.']),
    bge('Why is Mars red?', ['Dust.'], ['Rust.', 'Iron oxide.', 'dust.']),
    bge('Why is Venus hot?', ['Its clouds.'], ['Rust.']),
  ]

  test("another row's positives among the negatives, and how many pairs conflict", async () => {
    const report = await examine(rows)
    const known = found(report, 'known-false-negatives')!
    expect(known).toMatchObject({ count: 3, rows: 2, parts: [{ code: 'conflicting-pairs', count: 2 }] })
    expect(known.examples).toMatchObject([
      { line: 2, note: 'negative 1 is a positive of the same query at line 1', label: 'negative', passage: 'RUST.' },
      { line: 3, note: 'negative 1 is a positive of the same query at line 1' },
    ])
    // The third row's copy of its own positive is the other finding, and its only one.
    expect(found(report, 'copied-positives')).toMatchObject({ count: 1, rows: 1 })
    expect(report.overview).toMatchObject({ distinctQueries: 2, rowsSharingQuery: 3 })
  })

  test('a row that stands twice, in whatever order its passages are', async () => {
    const report = await examine([
      bge('q', ['a'], ['b', 'c']),
      bge('q', ['a'], ['c', 'b']),
      bge('q', ['b'], ['d']),
      bge('q', ['a'], ['c', 'e']),
    ])
    expect(found(report, 'repeated-rows')).toMatchObject({
      count: 1,
      examples: [{ line: 2, note: 'repeats the row at line 1' }],
    })
  })
})

test('repeated negatives and repeated positives of a row', async () => {
  const report = await examine([
    bge('q1', ['p', 'P '], ['n', 'm', 'N', 'n']),
    bge('q2', ['p'], ['n']),
    bge('q3', ['p'], ['', ' ']),
  ])
  expect(found(report, 'repeated-negatives')).toMatchObject({
    count: 2,
    rows: 1,
    examples: [{ line: 1, note: 'negative 3 has the text of negative 1' }],
  })
  expect(found(report, 'repeated-positives')).toMatchObject({ count: 1, rows: 1 })
  expect(found(report, 'empty-passages')).toMatchObject({ count: 2, rows: 1, examples: [{ line: 3 }] })
})

describe('lengths', () => {
  test('texts far from the rest, the furthest first, with the threshold', async () => {
    const report = await examine([
      ...plain,
      bge('what is long?', ['x'.repeat(3000)], ['Part of it.', 'y'.repeat(900)]),
      bge('z'.repeat(5000), ['Part of that.'], ['Part of this.', 'z'.repeat(9000)]),
    ])
    const long = found(report, 'long-passages')!
    expect(long).toMatchObject({ severity: 'look', count: 3, rows: 2 })
    expect(long.why).toMatch(/^They have \d+ characters or more; half of all have \d+ to \d+\./)
    expect(long.examples.map(({ line, note }) => [line, note])).toEqual([
      [62, 'negative 2 has 9,000 characters'],
      [61, 'positive 1 has 3,000 characters'],
    ])
    expect(long.examples[0]?.passage).toHaveLength(300)
    expect(found(report, 'long-queries')).toMatchObject({ count: 1, noun: 'query', examples: [{ line: 62 }] })
  })

  test('a wide distribution has no outliers, and a few texts have no distribution', async () => {
    const wide = Array.from({ length: 300 }, (_, index) =>
      bge(
        `why ${index}?`,
        [`p${index}`.padEnd(20 * 2 ** (index % 8), 'p')],
        [`${'n'.repeat(20 * 2 ** (index % 8))} n`],
      ),
    )
    expect(codes(await examine(wide))).toEqual([])
    expect(codes(await examine([bge('q', ['p'], ['n'.repeat(100_000)])]))).toEqual([])
  })
})

describe('traps of the format', () => {
  test('rows with other columns than most', async () => {
    const rows = plain.slice(0, 5).map((row) => ({ ...row, prompt: 'Find it.' }))
    const unequal = found(
      await examine([bge('first', ['p'], ['n']), ...rows, { ...rows[0], type: 'x', query: 'last' }]),
      'unequal-columns',
    )!
    expect(unequal).toMatchObject({ severity: 'breaks', count: 2, rows: 2 })
    expect(unequal.examples.map(({ line, note }) => [line, note])).toEqual([
      [1, 'lacks prompt'],
      [7, 'has extra type'],
    ])
  })

  test('scores on one side, and scores in some rows only', async () => {
    const both = { pos_scores: [1], neg_scores: [0.5] }
    const report = await examine([
      bge('q1', ['p'], ['n'], both),
      bge('q2', ['p'], ['n'], both),
      bge('q3', ['p'], ['n'], { pos_scores: [1] }),
      bge('q4', ['p'], ['n'], { pos_scores: null, neg_scores: null }),
    ])
    expect(found(report, 'one-sided-scores')).toMatchObject({
      count: 1,
      examples: [{ line: 3, note: 'has only pos_scores' }],
    })
    expect(found(report, 'partial-scores')).toMatchObject({
      count: 1,
      examples: [{ line: 4, note: 'has no scores' }],
    })
    expect(codes(report)).not.toContain('unequal-columns')
  })
})

describe('--known', () => {
  const row = {
    query_id: 'q1',
    query: 'why?',
    subset: 'FiQA',
    positive_passages: [{ docid: 'd1', text: 'Because of this.' }],
    negative_passages: [
      { docid: 'd2', text: 'Because of that.' },
      { docid: 'd3', text: 'Not at all.' },
    ],
  }

  test('negatives that the judgements call relevant', async () => {
    const report = await examine([row], { known: file('q1 0 d2 1\nq1 0 d3 0\n', 'qrels') })
    expect(found(report, 'judged-positives')).toMatchObject({
      count: 1,
      rows: 1,
      examples: [{ line: 1, row: 'q1' }],
    })
    expect(report.overview.datasets).toEqual([
      { dataset: 'FiQA', rows: 1, task: 'question-answering', by: 'dataset', exempt: [] },
    ])
  })

  test('says so when they fit no row', async () => {
    expect(codes(await examine([row], { known: file('q9 0 d2 1\n', 'qrels') }))).toEqual(['unmatched-judgements'])
  })
})

test('the worst comes first', async () => {
  const { findings } = await examine([bge('q', ['a'], ['b', 'b']), bge('q', ['a'], ['a']), bge('q', [], ['n'])])
  expect(findings.map(({ severity }) => severity)).toEqual(['breaks', 'harms', 'look', 'look'])
})

test('a gzip is read as what it holds', async () => {
  const text = plain.map((row) => JSON.stringify(row)).join('\n')
  const [whole, packed] = [await doctor(file(text)), await doctor(file(gzipSync(text), 'rows.jsonl.gz'))]
  expect({ ...packed, file: '', seconds: 0 }).toEqual({ ...whole, file: '', seconds: 0 })
})

describe('could not run', () => {
  test.each([
    ['no such file', () => doctor('/nowhere/rows.jsonl'), /cannot read \/nowhere\/rows.jsonl/],
    ['no known format', () => doctor(file('{"a": 1}\n')), /not a known format/],
    ['an empty file', () => doctor(file(''), { format: 'bge' }), /holds no row/],
    ['a damaged gzip', () => doctor(file(gzipSync(JSON.stringify(plain)).subarray(0, 60))), /cannot read/],
    ['qrels that are none', () => examine(plain, { known: file('a b\n') }), /not a relevance judgement/],
  ])('%s', async (_name, run, message) => {
    await expect(run()).rejects.toThrow(message)
  })
})

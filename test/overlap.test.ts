// winnow overlap, end to end: files as input, a page or JSON as output, rows cleaned of the test, and every kind of unreadable input.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { overlap } from '../src/commands/overlap/overlap.ts'
import type { OverlapReport } from '../src/commands/overlap/report.ts'
import { linesOf, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const DOCUMENTS = [
  { _id: 'd1', title: 'Garlic', text: 'Plant garlic in autumn, about four to six weeks before the ground freezes.' },
  {
    _id: 'd2',
    title: '',
    text: 'Venus wears a thick coat of carbon dioxide that lets sunlight in and holds heat back.',
  },
  { _id: 'd3', title: '', text: 'Nobody judged this one, whatever it says about bees and honey.' },
]
const QUERIES = [
  { _id: 'q1', text: 'When should I plant garlic?' },
  { _id: 'q2', text: 'Why is Venus hotter than Mercury?' },
]
const [GARLIC = '', VENUS = ''] = DOCUMENTS.map(({ text }) => text)
const [RYE, OATS] = ['Bread of rye keeps for a week.', 'Oats are rolled after they have been steamed.']

function writeCollection(folder: string, judgements = 'q1\td1\t1\nq2\td2\t1\n'): string {
  const path = join(folder, 'garden')
  mkdirSync(join(path, 'qrels'), { recursive: true })
  writeJsonl(join(path, 'corpus.jsonl'), DOCUMENTS)
  writeJsonl(join(path, 'queries.jsonl'), QUERIES)
  writeFileSync(join(path, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judgements}`)
  return path
}

// Odd spacing, a number with more digits than a double has, and line ends of Windows must come out as they went in.
const LINES = [
  '{"query": "which bread keeps?",  "pos": ["Bread of rye keeps for a week."], "neg": ["Oats are rolled after they have been steamed."], "n": 12345678901234567890}\r\n',
  `${JSON.stringify({ query: 'when should i plant garlic', pos: [GARLIC], neg: [OATS] })}\n`,
  `{"query":"which planet is hot?","pos":["${VENUS.toUpperCase()}","${RYE}"],"neg":["${OATS}","${GARLIC}"],"pos_scores":[1.50,2],"neg_scores":[3,4.0],"n":12345678901234567890}\r\n`,
  `${JSON.stringify({ query: 'what wears a coat?', pos: [VENUS.replace('thick', 'dense')], neg: [OATS] })}\n`,
  `${JSON.stringify({ query: 'what is rolled?', pos: [OATS], neg: [RYE] })}`,
]

function setUp(lines: readonly string[] = LINES): { folder: string; rows: string; collection: string } {
  const folder = tempDir()
  const rows = join(folder, 'rows.jsonl')
  writeFileSync(rows, lines.join(''))
  return { folder, rows, collection: writeCollection(folder) }
}

describe('the report', () => {
  test('counts queries, positives, negatives and rows with both', async () => {
    const { rows, collection } = setUp()
    const report = await overlap(rows, collection)
    expect(report).toMatchObject({
      rows: 5,
      input: { badRows: 0, format: 'bge' },
      collection: { name: 'garden', split: 'test', judged: 'relevant', missing: 0, empty: 0 },
      queries: { of: 2, found: 1, rows: 1, kinds: { exact: 0, folded: 0, near: 1 } },
      positives: { of: 2, found: 2, rows: 3, kinds: { exact: 1, folded: 1, near: 0 } },
      negatives: { of: 2, found: 1, rows: 1, kinds: { exact: 1, folded: 0, near: 0 } },
      both: { rows: 1, relevant: 1, lines: [2] },
      removed: null,
      outputs: null,
    })
  })

  test('is a page, or one JSON document', async () => {
    const { folder, collection } = setUp()
    const args = ['overlap', 'rows.jsonl', collection]
    const page = await runWinnow(args, { cwd: folder, env: { COLUMNS: '100' } })
    expect(page).toMatchObject({ code: 0, stderr: '' })
    expect(page.stdout).toMatchInlineSnapshot(`
      "rows.jsonl against garden test: 5 rows
        test queries       1 of 2 (50.0%): 1 near; 1 row
        relevant passages  2 of 2 (100.0%): 1 exact, 1 folded
          as positives     2: 1 exact, 1 folded; 3 passages in 3 rows
          as negatives     1: 1 exact; 1 passage in 1 row
        both in one row    1 row: a test query with a judged passage as its positive; in 1 the pair is
                           judged relevant (line 2)
        folded: equal ignoring case, spacing, quote marks and dashes; near: similarity of at least 0.8

      Test queries among the rows
        rows.jsonl:2  q1, near (1.00)
          query     when should i plant garlic
          test      When should I plant garlic?

      Judged passages among the positives
        rows.jsonl:2  d1, exact
          positive  Plant garlic in autumn, about four to six weeks before the ground freezes.
        rows.jsonl:3  d2, folded
          positive  VENUS WEARS A THICK COAT OF CARBON DIOXIDE THAT LETS SUNLIGHT IN AND HOLDS HEAT BACK.
          test      Venus wears a thick coat of carbon dioxide that lets sunlight in and holds heat back.

      Judged passages among the negatives
        rows.jsonl:3  d1, exact
          negative  Plant garlic in autumn, about four to six weeks before the ground freezes.

      → --out ROWS writes the rows without the overlap; --remove limits what is removed.
      "
    `)
    const json = await runWinnow([...args, '--json'], { cwd: folder })
    expect(JSON.parse(json.stdout)).toMatchObject({ command: 'overlap', queries: { found: 1 } })
  })

  test('reads standard input and gzip', async () => {
    const { folder, collection } = setUp()
    writeFileSync(join(folder, 'rows.jsonl.gz'), gzipSync(LINES.join('')))
    const piped = await runWinnow(['overlap', '-', collection, '--json'], { stdin: LINES.join('') })
    const zipped = await overlap(join(folder, 'rows.jsonl.gz'), collection)
    for (const report of [JSON.parse(piped.stdout) as OverlapReport, zipped])
      expect(report).toMatchObject({ rows: 5, queries: { found: 1 }, passages: { found: 2 } })
  })

  test('says of bad rows that they were not compared, and of missing documents that they cannot be', async () => {
    const { folder, rows } = setUp([...LINES.slice(0, 2), '{"query": "torn\n'])
    const collection = writeCollection(folder, 'q1\td1\t1\nq2\tnone\t1\n')
    const ran = await runWinnow(['overlap', rows, collection])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('2 rows, and 1 bad row')
    expect(ran.stderr).toContain('1 judged passage is not in')
    expect(ran.stderr).toContain('"none"')
  })
})

describe('rows without the test', () => {
  test('unchanged rows are the bytes that were read, changed ones keep their numbers, dropped ones have a reason', async () => {
    const { folder, rows, collection } = setUp()
    const out = join(folder, 'out', 'clean.jsonl')
    const report = await overlap(rows, collection, { out })
    const changed = `{"query":"which planet is hot?","pos":["${RYE}"],"neg":["${OATS}"],"pos_scores":[2],"neg_scores":[3],"n":12345678901234567890}\r\n`
    expect(linesOf(out)).toEqual([LINES[0], changed, LINES[4]])
    expect(report.removed).toEqual({
      what: 'both',
      rows: { kept: 2, changed: 1, dropped: 2 },
      dropReasons: { 'test query': 1, 'no positives left': 1, 'no negatives left': 0 },
      passages: { positives: 1, negatives: 1 },
    })
    const dropped = readJsonl(join(folder, 'out', 'clean.dropped.jsonl'))
    expect(dropped).toMatchObject([
      { line: 2, reason: 'is nearly the test query q1 (similarity 1.00)', columns: { pos: [GARLIC] } },
      { line: 4, reason: expect.stringMatching(/^no positives are left: is nearly the judged passage d2/) },
    ])
    expect(readJsonl(join(folder, 'out', 'clean.changes.jsonl'))).toMatchObject([
      { line: 3, from: 'positive', to: 'ignored', stage: 'overlap', kind: 'folded', similarity: 1, judged: 'd2' },
      { line: 3, from: 'negative', to: 'ignored', kind: 'exact', judged: 'd1', text: GARLIC },
    ])
    expect(JSON.parse(readFileSync(join(folder, 'out', 'clean.overlap.json'), 'utf8'))).toEqual(report)
    expect(linesOf(rows)).toEqual(LINES)

    const again = await overlap(out, collection)
    expect([again.queries.found, again.passages.found]).toEqual([0, 0])
  })

  test.each([
    ['queries', { kept: 4, changed: 0, dropped: 1 }],
    ['passages', { kept: 2, changed: 1, dropped: 2 }],
  ] as const)('--remove %s leaves the rest', async (remove, expected) => {
    const { folder, rows, collection } = setUp()
    const report = await overlap(rows, collection, { out: join(folder, 'clean.jsonl'), remove })
    expect(report.removed?.rows).toEqual(expected)
  })

  test('go to standard output, or are compressed; the report is a recipe', async () => {
    const { folder, rows, collection } = setUp()
    const piped = await runWinnow(['overlap', rows, collection, '--out', '-', '--report', 'said'], { cwd: folder })
    expect(piped.stdout).toBe(`${LINES[0]}${piped.stdout.split('\n')[1]}\n${LINES[4]}`)
    expect(piped.stderr).toContain('2 kept, 1 changed, 2 dropped')
    expect(readJsonl(join(folder, 'said', 'winnow.dropped.jsonl'))).toHaveLength(2)

    const out = join(folder, 'clean.jsonl.gz')
    const recipe = join(folder, 'said', 'winnow.overlap.json')
    const ran = await runWinnow(['overlap', rows, collection, '--recipe', recipe, '--out', out], { cwd: folder })
    expect(ran.code).toBe(0)
    expect(gunzipSync(readFileSync(out)).toString()).toBe(piped.stdout)
  })

  test('bad rows stop it and nothing is written, or are set aside', async () => {
    const { folder, rows, collection } = setUp([LINES[0]!, '{"query": "torn\n', '{"query":"","pos":[],"neg":["a"]}\n'])
    const out = join(folder, 'clean.jsonl')
    const stopped = await runWinnow(['overlap', rows, collection, '--out', out])
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toContain('rows.jsonl:2: invalid JSON')
    expect(stopped.stderr).toContain('rows.jsonl:3: the query is empty')
    expect(stopped.stderr).toContain('--on-bad-row skip')
    for (const name of ['clean.jsonl', 'clean.jsonl.part', 'clean.dropped.jsonl', 'clean.overlap.json'])
      expect(linesOf(join(folder, name))).toEqual([])

    const skipped = await runWinnow(['overlap', rows, collection, '--out', out, '--on-bad-row', 'skip'])
    expect(skipped.code).toBe(0)
    expect(linesOf(out)).toEqual([LINES[0]])
    expect(readJsonl(join(folder, 'clean.bad.jsonl'))).toMatchObject([{ line: 2 }, { line: 3 }])
  })
})

test('a run that is stopped leaves nothing behind, and what stood there', async () => {
  const { folder, rows, collection } = setUp()
  const out = join(folder, 'out', 'clean.jsonl')
  await overlap(rows, collection, { out })
  const before = linesOf(out)
  const stop = overlap(
    rows,
    collection,
    { out, remove: 'queries' },
    { signal: AbortSignal.abort(new Error('stopped')) },
  )
  await expect(stop).rejects.toThrow('stopped')
  expect(linesOf(out)).toEqual(before)
  const names = ['clean.changes.jsonl', 'clean.dropped.jsonl', 'clean.jsonl', 'clean.overlap.json']
  expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(names)
})

describe('what cannot be done is said in one sentence', () => {
  test.each([
    ['nothing to write to', ['--remove', 'both'], '--remove: nothing is written without --out'],
    ['the input as output', ['--out', 'rows.jsonl'], 'rows.jsonl is an input of this command'],
    ['the corpus as output', ['--out', 'garden/corpus.jsonl'], 'corpus.jsonl is an input of this command'],
    ['no place for the lists', ['--out', '-'], '--out - needs a folder'],
    ['a split that is not there', ['--split', 'dev'], 'no judgements for split "dev"; available: test'],
    [
      'several bad values',
      ['--threshold', '2', '--match', 'alike'],
      '--match "alike": allowed: exact, folded, near; --threshold "2": allowed: a number from 0.3 to 1',
    ],
  ])('%s', async (_what, flags, message) => {
    const { folder } = setUp()
    const ran = await runWinnow(['overlap', 'rows.jsonl', 'garden', ...flags], { cwd: folder })
    expect(ran.stderr).toContain(message)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(linesOf(join(folder, 'rows.jsonl'))).toEqual(LINES)
  })

  test('rows or a collection that are not there', async () => {
    const { rows, collection } = setUp()
    await expect(overlap(`${rows}.none`, collection)).rejects.toThrow(/cannot read .*none/)
    await expect(overlap(rows, `${collection}-none`)).rejects.toThrow(/no such folder/)
    await expect(overlap(join(collection, 'queries.jsonl'), collection)).rejects.toThrow(/not a known format/)
  })
})

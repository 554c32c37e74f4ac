// What convert does with positives, negatives and forms that its target cannot hold, and what it says of them.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { linesOf, readJsonl, tempDir, writeJsonl } from '../../../test/support/files.ts'
import { runWinnow } from '../../../test/support/run-winnow.ts'
import { convert } from './convert.ts'

const ROWS = [
  { query: 'one', pos: ['a', 'b'], neg: ['n', 'm'], pos_scores: [1, 2.5], neg_scores: [0, -1], id: 7 },
  { query: 'two', pos: ['c'], neg: ['o'], pos_scores: [3], neg_scores: [1.0], id: 8 },
]

const place = (rows: object[] = ROWS) => {
  const folder = tempDir()
  return { folder, input: writeJsonl(join(folder, 'rows.jsonl'), rows), out: join(folder, 'out.jsonl') }
}

describe('positives', () => {
  test('each becomes a row of its own, and its siblings say so', async () => {
    const { input, out } = place()
    const report = await convert(input, { to: 'ms-swift', positives: 'unroll', out })
    const rows = readJsonl(out)
    expect(rows.map((row) => [row['positive_messages'], row['siblings'] === rows[0]?.['siblings'], row['id']])).toEqual(
      [
        [[[{ role: 'user', content: 'a' }]], true, 7],
        [[[{ role: 'user', content: 'b' }]], true, 7],
        [[[{ role: 'user', content: 'c' }]], false, 8],
      ],
    )
    expect(report).toMatchObject({
      input: { rows: 2 },
      output: { rows: 3 },
      left: { ignoredPositives: 0, positives: 0 },
    })
  })

  test('ids of unrolled rows stay unique, so that the file can be read', async () => {
    const { folder, input, out } = place()
    await convert(input, { to: 'tevatron', positives: 'unroll', out })
    const ids = readJsonl(out).map((row) => row['query_id'])
    expect(ids).toEqual([ids[0], `${String(ids[0])}#2`, ids[2]])
    expect(await convert(out, { to: 'bge', out: join(folder, 'again.jsonl') })).toMatchObject({ output: { rows: 3 } })
  })

  test('the best is the one with the highest score, else the first, which is counted', async () => {
    const { folder, input, out } = place()
    expect(await convert(input, { positives: 'best', out })).toMatchObject({ left: { positives: 1 }, unscored: 0 })
    expect(readJsonl(out).map(({ pos, pos_scores }) => [pos, pos_scores])).toEqual([
      [['b'], [2.5]],
      [['c'], [3]],
    ])
    const bare = writeJsonl(join(folder, 'bare.jsonl'), [{ query: 'q', pos: ['x', 'y'], neg: ['n'] }])
    expect(await convert(bare, { positives: 'best', out })).toMatchObject({ left: { positives: 1 }, unscored: 1 })
    expect(readJsonl(out)).toEqual([{ query: 'q', pos: ['x'], neg: ['n'] }])
  })

  test('those that a trainer would ignore are counted and said', async () => {
    const { input, out } = place()
    const { stdout } = await runWinnow(['convert', input, '--to', 'nemo-inline', '--out', out])
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'trainers on nemo-inline rows use the first positive of a row: 1 other positive would be ignored without a word',
    )
  })
})

describe('negatives', () => {
  test('n-tuples have as many as every row has, or as many as are asked for', async () => {
    const { input, out } = place()
    expect(await convert(input, { to: 'st-n-tuple', out })).toMatchObject({ left: { negatives: 1, rows: 0 } })
    expect(Object.keys(readJsonl(out)[0] ?? {})).toEqual(['query', 'positive', 'negative_1', 'scores'])
    expect(await convert(input, { to: 'st-n-tuple', negatives: 2, out })).toMatchObject({
      left: { negatives: 0, rows: 1 },
    })
    expect(readJsonl(out)).toEqual([
      { query: 'one', positive: 'a', negative_1: 'n', negative_2: 'm', scores: [1, 0, -1] },
      { query: 'one', positive: 'b', negative_1: 'n', negative_2: 'm', scores: [2.5, 0, -1] },
    ])
  })

  test('pairs have none, and say how many that leaves out', async () => {
    const { input, out } = place()
    expect(await convert(input, { to: 'st-pair', out })).toMatchObject({ left: { negatives: 3 } })
    expect(readJsonl(out)[0]).toEqual({ query: 'one', positive: 'a' })
  })
})

test('further columns are in every record, but for trainers that read all columns', async () => {
  const { input, out } = place(ROWS.map(({ query, pos, neg, id }) => ({ query, pos, neg, id })))
  await convert(input, { to: 'ms-swift-pair', out })
  expect(readJsonl(out).map(({ id, label }) => [id, label])).toEqual([
    [7, 1],
    [7, 1],
    [7, 0],
    [7, 0],
    [8, 1],
    [8, 0],
  ])
  await convert(input, { to: 'st-triplet', out })
  expect(new Set(readJsonl(out).flatMap(Object.keys))).toEqual(new Set(['query', 'positive', 'negative']))
})

test('rows of the same format keep their bytes, whatever the container between', async () => {
  const folder = tempDir()
  const input = join(folder, 'rows.jsonl')
  writeFileSync(
    input,
    '{"query":"q" , "pos":["p"],"neg":["n"],"big":12345678901234567890,"one":1.0}\n{"query":"r","pos":["p"],"neg":["n"],"big":1,"one":2.0}\n',
  )
  await convert(input, { out: join(folder, 'out.jsonl.zst') })
  await convert(join(folder, 'out.jsonl.zst'), { out: join(folder, 'out.jsonl') })
  expect(linesOf(join(folder, 'out.jsonl'))).toEqual(linesOf(input))
})

describe('refused', () => {
  test.each<[string, object[], Record<string, string | number>, string]>([
    [
      'lists in a table',
      ROWS,
      { to: 'csv' },
      'a table has one text in each column, and rows of the format bge have lists',
    ],
    [
      'a column of two types',
      [
        { ...ROWS[0], id: 1 },
        { ...ROWS[1], id: 'x' },
      ],
      { to: 'parquet' },
      'row 2: the column id holds a whole number in some rows and a text in others',
    ],
    ['numbers that no column holds', [{ ...ROWS[0], id: {} }], { to: 'parquet' }, 'the column id holds empty objects'],
    [
      'distillation without scores',
      [{ query: 'q', pos: ['p'], neg: ['n'] }],
      { to: 'tevatron-scored' },
      'need the scores of a teacher, and no passage has one',
    ],
    [
      'n-tuples without negatives',
      [{ query: 'q', pos: ['p'], neg: [] }],
      { to: 'st-n-tuple' },
      'n-tuples need negatives, and no row has one',
    ],
    [
      'n-tuples with more negatives than any row has',
      [{ query: 'q', pos: ['p'], neg: ['n'] }],
      { to: 'st-n-tuple', negatives: 2 },
      'no row has 2 negatives, so that nothing would be written; the most is 1',
    ],
    [
      'triplets without negatives',
      [{ query: 'q', pos: ['p'], neg: [] }],
      { to: 'st-triplet' },
      'triplets need negatives, and no row has one',
    ],
    ['a form that is none', ROWS, { to: 'bge+xml' }, 'allowed: a format (bge, '],
    [
      'a folder of a table',
      ROWS,
      { to: 'st-triplet+csv', out: 'folder/' },
      'is a folder, and rows of --to csv are one file',
    ],
  ])('%s', async (_what, rows, options, message) => {
    const { folder, input, out } = place(rows)
    const target = options['out'] === undefined ? out : `${folder}/${options['out']}`
    await expect(convert(input, { ...options, out: target } as never)).rejects.toThrow(message)
    expect(readdirSync(folder).filter((name) => name !== 'rows.jsonl')).toEqual([])
    expect(existsSync(target)).toBe(false)
  })

  test('an input is never overwritten, not even by way of its folder', async () => {
    const { folder, input } = place()
    await expect(convert(folder, { to: 'bge', out: input })).rejects.toThrow('is an input of this command')
  })
})

describe('records of one query', () => {
  test('are the same after grouping, a carriage return between their tokens too', async () => {
    const { folder, input, out } = place([])
    const records = ['n', 'm'].map((negative) => ({ query: 'q', positive: 'p', negative }))
    const lines = records.map((record) => JSON.stringify(record).replaceAll('","', '",\r"'))
    writeFileSync(input, `${lines.join('\n')}\n`)
    await convert(input, { to: 'st-triplet', out })
    expect(readJsonl(out)).toEqual(records)
    await convert(out, { to: 'bge', out: join(folder, 'bge.jsonl') })
    expect(readJsonl(join(folder, 'bge.jsonl'))).toEqual([{ query: 'q', pos: ['p'], neg: ['n', 'm'] }])
  })
})

describe('further columns of records that become one row', () => {
  const RECORDS = [
    { query: 'q', positive: 'p', negative: 'n', source: 'a', year: 1 },
    { query: 'q', positive: 'p', negative: 'm', source: 'b', year: 1 },
    { query: 'q', positive: 'p', negative: 'o', source: 'c', year: 1, note: 'x' },
    { query: 'r', positive: 'p', negative: 'n', source: 'd', year: null },
  ]

  test('have the value of the first one, and the others are counted and said', async () => {
    const { input, out } = place(RECORDS)
    const { stdout } = await runWinnow(['convert', input, '--to', 'bge', '--out', out])
    expect(readJsonl(out).map(({ source, year, note }) => [source, year, note])).toEqual([
      ['a', 1, undefined],
      ['d', null, undefined],
    ])
    const said = stdout.replace(/\s+/g, ' ')
    expect(said).toContain(
      '! 2 values of the column source left out: they differ from the first one of the same row, which is kept',
    )
    expect(said).toContain('! 1 value of the column note left out: it differs from')
    expect(said).not.toContain('column year')
  })

  test('are all counted where the target has no further columns', async () => {
    const { input, out } = place(ROWS)
    expect(await convert(input, { to: 'st-triplet', out })).toMatchObject({ left: { values: { id: 2 } } })
    expect(await convert(input, { to: 'ms-swift', out })).toMatchObject({ left: { values: {} } })
  })
})

describe('a corpus', () => {
  test('with two texts for one id is refused, with the same text twice it is read', async () => {
    const { folder, input, out } = place([
      { query_id: 'q', query_text: 'q', positive_document_ids: ['d1'], negative_document_ids: ['d2'] },
    ])
    const corpus = join(folder, 'corpus.jsonl')
    const documents = [
      { docid: 'd1', text: 'one' },
      { docid: 'd2', text: 'two' },
      { docid: 'd1', text: 'one' },
    ]
    writeJsonl(corpus, documents)
    expect(await convert(input, { to: 'bge', out })).toMatchObject({ left: { values: {} } })
    expect(readJsonl(out)).toMatchObject([{ pos: ['one'], neg: ['two'] }])
    expect(await convert(input, { to: 'st-pair', out: join(folder, 'pairs.jsonl') })).toMatchObject({
      left: { values: {} },
    })
    writeJsonl(corpus, documents.with(2, { docid: 'd1', text: 'other' }))
    await expect(convert(input, { to: 'bge', out })).rejects.toThrow('the id "d1" is there twice, with different texts')
  })
})

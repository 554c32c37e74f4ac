// What doctor --fix takes out and mends, and what it leaves as it is.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readJsonl, tempDir, writeJsonl } from '../../../test/support/files.ts'
import { runWinnow } from '../../../test/support/run-winnow.ts'
import { doctor } from './doctor.ts'

const place = () => {
  const folder = tempDir()
  return { folder, input: join(folder, 'rows.jsonl'), out: join(folder, 'out.jsonl') }
}
const fixed = async (rows: object[]) => {
  const { input, out } = place()
  writeJsonl(input, rows)
  const report = await doctor(input, { fix: true, out })
  return { fixed: report.fixed, rows: readJsonl(out), dropped: out.replace('.jsonl', '.dropped.jsonl') }
}
const NONE = { 'empty-passages': 0, 'repeated-positives': 0, 'repeated-negatives': 0, 'copied-positives': 0 }

describe('taken out', () => {
  test('are repeated, empty and copied passages, with what is beside them', async () => {
    const { rows, fixed: report } = await fixed([
      { query: 'q', pos: ['p', 'p'], neg: ['n', '', 'n', 'p', 'm'], pos_scores: [1, 1], neg_scores: [1, 2, 3, 4, 5] },
    ])
    expect(rows).toEqual([{ query: 'q', pos: ['p'], neg: ['n', 'm'], pos_scores: [1], neg_scores: [1, 5] }])
    expect(report).toMatchObject({
      rows: 1,
      dropped: 0,
      passages: { 'empty-passages': 1, 'repeated-positives': 1, 'repeated-negatives': 1, 'copied-positives': 1 },
    })
  })

  test('is no passage that is the last of its kind, and none that differs by a letter', async () => {
    const rows = [
      { query: 'q', pos: ['p'], neg: ['p'] },
      { query: 'r', pos: ['p'], neg: [''] },
      { query: 's', pos: ['p'], neg: ['n', 'N'] },
    ]
    const result = await fixed(rows)
    expect(result.rows).toEqual(rows)
    expect(result.fixed).toMatchObject({ rows: 3, passages: NONE })
  })

  test('are rows that repeat another one in all but the id; a different score or column is a difference', async () => {
    const passage = (docid: string) => ({ docid, title: '', text: docid })
    const row = (id: string, more: object = {}) => ({
      query_id: id,
      query: 'q',
      positive_passages: [passage('p')],
      negative_passages: [passage('n')],
      ...more,
    })
    const { rows, fixed: report, dropped } = await fixed([row('1'), row('2'), row('3', { source: 'web' }), row('4')])
    expect(rows.map((each) => each['query_id'])).toEqual(['1', '3'])
    expect(report).toMatchObject({ rows: 2, dropped: 2 })
    expect(readJsonl(dropped).map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'repeats the row at line 1'],
      [4, 'repeats the row at line 1'],
    ])
  })

  test('are triplets that are there twice', async () => {
    const triplet = (negative: string) => ({ query: 'q', positive: 'p', negative })
    const { rows, dropped } = await fixed([triplet('n'), triplet('m'), triplet('n')])
    expect(rows).toEqual([triplet('n'), triplet('m')])
    expect(existsSync(dropped)).toBe(false)
  })
})

describe('bad rows', () => {
  test('are mended where a text belongs in a list or a passage is null, else written as they are', async () => {
    const { input, out } = place()
    const bad = ['{"query":"s","pos":[],"neg":["n"]}', '{"query":']
    const lines = ['{"query":"q","pos":"p","neg":["n"],"big":12345678901234567890}', ...bad]
    writeFileSync(input, `${['{"query":"r","pos":["p"],"neg":["n",null]}', ...lines].join('\n')}\n`)
    const { fixed: report, badRows } = await doctor(input, { fix: true, out, format: 'bge' })
    expect(badRows).toBe(4)
    expect(report).toMatchObject({ rows: 2, mendedRows: 2, badRows: 2, passages: NONE })
    expect(readFileSync(out, 'utf8').split('\n')).toEqual([
      '{"query":"r","pos":["p"],"neg":["n"]}',
      '{"query":"q","pos":["p"],"neg":["n"],"big":12345678901234567890}',
      ...bad,
      '',
    ])
  })
})

test('rows without a fault keep their bytes, in Parquet their values', async () => {
  const { folder, input, out } = place()
  const line = '{"query":"q" , "pos":["p"],"neg":["n"],"big":12345678901234567890}'
  writeFileSync(input, `${line}\n`)
  await doctor(input, { fix: true, out })
  expect(readFileSync(out, 'utf8')).toBe(`${line}\n`)
  const parquet = join(folder, 'rows.parquet')
  writeJsonl(input, [{ query: 'q', pos: ['p', 'p'], neg: ['n'] }])
  expect((await doctor(input, { fix: true, out: parquet })).fixed).toMatchObject({ rows: 1 })
  expect(await doctor(parquet)).toMatchObject({ rows: 1, overview: { passages: { positive: 1 } } })
})

test('--strict judges what was written; the input is never the output', async () => {
  const { input, out } = place()
  writeJsonl(input, [
    { query: 'q', pos: 'p', neg: ['n'] },
    { query: 'r', pos: ['p'], neg: ['n'] },
  ])
  const run = (...more: string[]) => runWinnow(['doctor', input, '--format', 'bge', ...more])
  expect(await run('--strict')).toMatchObject({ code: 1 })
  const mended = await run('--strict', '--fix', '--out', out)
  expect(mended).toMatchObject({ code: 0 })
  expect(mended.stdout).toContain('out.jsonl: 2 rows written\n  1 bad row mended')
  await expect(doctor(input, { fix: true, out: input })).rejects.toThrow('is an input of this command')
  await expect(doctor(input, { fix: true })).rejects.toThrow('name it with --out')
  await expect(doctor(input, { out })).rejects.toThrow('which was not given')
})

test('a bad row that has a key twice, or bytes that are not UTF-8, is written as it is', async () => {
  const { input, out } = place()
  const lines = ['{"query":"q","pos":"p","neg":["n"],"query":"z"}\n', '{"query":"\xe9","pos":"p","neg":["n"]}\n']
  const sound = `${JSON.stringify({ query: 'r', pos: ['p'], neg: ['m'] })}\n`
  writeFileSync(input, Buffer.from([...lines, sound].join(''), 'latin1'))
  const report = await doctor(input, { fix: true, out })
  expect(readFileSync(out)).toEqual(readFileSync(input))
  expect(report.fixed).toMatchObject({ rows: 1, badRows: 2, mendedRows: 0 })
})

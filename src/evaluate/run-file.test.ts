import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import type { QueryResults } from './ranked.ts'
import { readRun } from './run-file.ts'
import { openRunWriter } from './run-writer.ts'

async function read(contents: string | Buffer, name = 'run.trec') {
  const path = join(tempDir(), name)
  writeFileSync(path, contents)
  return readPath(path)
}

async function readPath(path: string) {
  const results = new Map<string, [string, number][]>()
  for await (const { query, documents, scores } of readRun(path)) {
    expect(results.has(query)).toBe(false)
    results.set(
      query,
      documents.map((id, index) => [id, scores[index] as number]),
    )
  }
  return Object.fromEntries(results)
}

const message = async (contents: string) =>
  ((await read(contents).catch((error: Error) => error.message)) as string).replaceAll(/\S*run\.trec/g, 'run.trec')

describe('readRun', () => {
  it('reads six columns apart by any white space, and ignores the rank', async () => {
    const run = 'q1 Q0 d1 9 1.5 tag\nq1\tQ0\td2\t1\t-2e3\ttag\r\n  q2   0  日本  1  7  t\n'
    expect(await read(run)).toEqual({
      q1: [
        ['d1', 1.5],
        ['d2', -2000],
      ],
      q2: [['日本', 7]],
    })
  })

  it('reads gzip, blank lines, comments, a byte order mark, and a last line without a break', async () => {
    const run = '\ufeff# a comment\nq1 Q0 d1 1 1 t\n\n   \nq1 Q0 d2 2 .5 t'
    expect(await read(gzipSync(run))).toEqual({
      q1: [
        ['d1', 1],
        ['d2', 0.5],
      ],
    })
  })

  it('puts together queries whose lines stand apart', async () => {
    const run = 'q1 Q0 a 1 1 t\nq2 Q0 a 1 1 t\nq1 Q0 b 2 0.5 t\nq2 Q0 b 2 0.5 t\n'
    expect(await read(run)).toEqual({
      q1: [
        ['a', 1],
        ['b', 0.5],
      ],
      q2: [
        ['a', 1],
        ['b', 0.5],
      ],
    })
  })

  it('tells which line has the wrong number of columns or a score that is none, all of them', async () => {
    const run = 'q1 Q0 d1 1 1.5\nq1 Q0 d 2 2 1.4 t\nq1 Q0 d3 3 high t\nq1 Q0 d4 4 nan t\nq1 Q0 d5 5 1.1 t\n'
    expect(await message(run)).toBe(
      [
        'run.trec:1: 5 columns, expected QUERY Q0 DOCUMENT RANK SCORE TAG: "q1 Q0 d1 1 1.5"',
        'run.trec:2: more than 6 columns, expected QUERY Q0 DOCUMENT RANK SCORE TAG: "q1 Q0 d 2 2 1.4 t"',
        'run.trec:3: the score "high" is not a number: "q1 Q0 d3 3 high t"',
        'run.trec:4: the score "nan" is not a number: "q1 Q0 d4 4 nan t"',
      ].join('\n'),
    )
  })

  it.each([
    ['together', 'q1 Q0 d1 1 2 t\nq1 Q0 d2 2 1 t\n\nq1 Q0 d1 3 0 t\n', 4],
    ['apart', 'q1 Q0 d1 1 2 t\nq2 Q0 d1 1 2 t\nq1 Q0 d1 2 1 t\n', 3],
  ])('names both lines of a document that a query has twice: %s', async (_name, run, line) => {
    expect(await message(run)).toBe(`run.trec:${line}: query "q1": duplicate document "d1", first at run.trec:1`)
  })

  it('reads scores as the language does', async () => {
    const plain = fc.double({ noNaN: true, noDefaultInfinity: true })
    const written = fc.oneof(
      plain.map(String),
      plain.map((value) => value.toFixed(6)),
      fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 24n })).map(([whole, part]) => `${whole}.${part}`),
      fc.constantFrom('1.', '.5', '-0', '+3', '00012.50', '1e400', '-.25', '0.1e-7'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(written, { minLength: 1, maxLength: 20 }), async (scores) => {
        const run = scores.map((score, index) => `q Q0 d${index} 1 ${score} t\n`).join('')
        expect((await read(run))['q']?.map(([, score]) => score)).toEqual(scores.map(Number))
      }),
      { numRuns: 60 },
    )
  })

  it('reads an infinite score however it is written, as trec_eval does', async () => {
    const scores = ['inf', '-inf', 'Infinity', '-Infinity', '+INF', 'infinity']
    const run = scores.map((score, index) => `q Q0 d${index} 1 ${score} t\n`).join('')
    expect((await read(run))['q']?.map(([, score]) => score)).toEqual(
      [1, -1, 1, -1, 1, 1].map((sign) => sign * Infinity),
    )
  })

  it('says in plain words that there is no such file, or a folder', async () => {
    const folder = tempDir()
    await expect(readRun(join(folder, 'no.trec')).next()).rejects.toThrow(
      `cannot read ${join(folder, 'no.trec')}: no such file`,
    )
    await expect(readRun(folder).next()).rejects.toThrow(`cannot read ${folder}: it is a folder`)
  })

  it('reads a run that is larger than a chunk as a small one', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_each, index) => `q${Math.floor(index / 100)} Q0 doc${index} 1 ${index / 7} tag\n`,
    )
    const results = await read(lines.join(''))
    expect(Object.keys(results)).toHaveLength(300)
    expect(Object.values(results).flat()).toEqual(lines.map((_line, index) => [`doc${index}`, index / 7]))
  })
})

describe('openRunWriter', () => {
  const id = fc
    .string({ unit: 'grapheme', minLength: 1 })
    // Ids contain nothing that separates columns or begins a comment.
    .filter((text) => [...text].every((each) => each > ' ') && !/[\s#\ufeff\ufffd]/.test(text) && text.isWellFormed())
  const score = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

  it.each(['run.trec', 'run.trec.gz'])('writes to %s what is read back as it was', async (name) => {
    const results = fc.uniqueArray(
      fc.record({
        query: id,
        hits: fc.uniqueArray(fc.tuple(id, score), { selector: ([document]) => document, minLength: 1 }),
      }),
      { selector: ({ query }) => query },
    )
    await fc.assert(
      fc.asyncProperty(results, async (queries) => {
        const path = join(tempDir(), name)
        const writer = await openRunWriter(path, 'my tag')
        const all: QueryResults[] = queries.map(({ query, hits }) => ({
          query,
          documents: hits.map(([document]) => document),
          scores: hits.map(([, value]) => value),
        }))
        for (const each of all) await writer.write(each)
        await writer.commit()
        expect(await readPath(path)).toEqual(Object.fromEntries(queries.map(({ query, hits }) => [query, hits])))
      }),
      { numRuns: 40 },
    )
  })

  it('refuses ids that hold white space', async () => {
    const path = join(tempDir(), 'run.trec')
    const writer = await openRunWriter(path, 'tag')
    const write = writer.write({ query: 'q', documents: ['a b'], scores: [1] })
    await expect(write).rejects.toThrow('the id "a b" contains white space')
    await writer.abort()
  })
})

// winnow eval, end to end: retrievers, runs, output, and the messages about bad input.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'

interface PrintedReport {
  measures: Record<string, number>
  queries: number
  perQuery?: Record<string, Record<string, number>>
  intervals: Record<string, { low: number; high: number }>
  judged: Record<string, number>
  missingQueries: number
  unjudgedQueries: number
  collections?: PrintedReport[]
}

const printed = ({ stdout, stderr, code }: ProcessResult): PrintedReport => {
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as PrintedReport
}

/** A collection of four documents and three judged queries, one of them empty, and a place for indexes. */
function makeSet(): { folder: string; env: Record<string, string> } {
  const folder = tempDir()
  writeJsonl(join(folder, 'corpus.jsonl'), [
    { _id: 'd1', title: 'Garlic', text: 'plant garlic in autumn' },
    { _id: 'd2', text: 'onions are planted in spring' },
    { _id: 'q1', text: 'garlic planted in autumn rots in wet soil' },
    { _id: 'd4', text: '' },
  ])
  writeJsonl(join(folder, 'queries.jsonl'), [
    { _id: 'q1', text: 'when to plant garlic' },
    { _id: 'q2', text: 'onions in spring' },
    { _id: 'q3', text: '' },
    { _id: 'q4', text: 'nobody judged this' },
  ])
  mkdirSync(join(folder, 'qrels'))
  const judgements = ['query-id\tcorpus-id\tscore', 'q1\td1\t1', 'q2\td2\t2', 'q2\td9\t1', 'q3\td1\t1']
  writeFileSync(join(folder, 'qrels/test.tsv'), judgements.map((line) => `${line}\n`).join(''))
  return { folder, env: { WINNOW_CACHE: join(folder, '.cache') } }
}

describe('eval of a retriever', () => {
  it('measures it, and writes a run that gives the same figures', async () => {
    const { folder, env } = makeSet()
    const run = join(folder, 'runs/bm25.trec')
    const ran = await runWinnow(
      ['eval', 'bm25', folder, '--run-out', run, '--json', '--per-query', '--measures', 'RR R@10'],
      { env },
    )
    const { measures, queries, perQuery, judged, missingQueries } = printed(ran)
    expect(queries).toBe(3)
    expect(perQuery).toEqual({ q1: { RR: 1, 'R@10': 1 }, q2: { RR: 1, 'R@10': 0.5 }, q3: { RR: 0, 'R@10': 0 } })
    expect(measures).toEqual({ RR: 2 / 3, 'R@10': 0.5 })
    expect(ran.stderr).toContain(
      `${folder}/queries.jsonl:3: query "q3" is empty: it retrieves nothing but counts in the mean`,
    )
    expect(ran.stderr).toContain(
      `${folder}/qrels/test.tsv:4: the document "d9" is not in the corpus; 1 judgement of 1 such document in total`,
    )
    expect(readFileSync(run, 'utf8')).toMatch(/^q1 Q0 d1 1 \d+\.\d+ bm25\n/)
    const again = await runWinnow(['eval', '--run', run, folder, '--json', '--per-query', '--measures', 'RR R@10'], {
      env,
    })
    expect(missingQueries).toBe(1)
    expect(printed(again)).toMatchObject({ measures, perQuery, judged, missingQueries })
  })

  it('leaves out a document that has the id of its query where that is asked for', async () => {
    const { folder, env } = makeSet()
    const counts = ['eval', 'bm25', folder, '--measures', 'NumRet', '--json']
    const [kept, ignored] = [
      await runWinnow(counts, { env }),
      await runWinnow([...counts, '--identical-ids', 'ignore'], { env }),
    ]
    expect((printed(kept).measures['NumRet'] ?? 0) - (printed(ignored).measures['NumRet'] ?? 0)).toBe(1)
  })

  it('says how deep it looks when a measure looks deeper', async () => {
    const { folder, env } = makeSet()
    const { stderr } = await runWinnow(['eval', 'bm25', folder, '--depth', '5'], { env })
    expect(stderr).toContain('nDCG@10, RR@10, R@100: computed on the first 5 documents per query')
  })

  it('takes several collections, a run each', async () => {
    const [first, second] = [makeSet(), makeSet()]
    const pattern = join(first.folder, 'runs/{collection}.trec')
    const args = ['eval', 'bm25', first.folder, second.folder, '--measures', 'RR NumRel', '--json']
    const { collections, measures } = printed(await runWinnow([...args, '--run-out', pattern], { env: first.env }))
    expect(collections).toHaveLength(2)
    expect(measures).toEqual({ RR: 2 / 3 })
    for (const { folder } of [first, second]) {
      expect(existsSync(pattern.replace('{collection}', folder.split('/').at(-1) ?? ''))).toBe(true)
    }
    const refused = await runWinnow([...args, '--run-out', join(first.folder, 'one.trec')], { env: first.env })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('one file for 2 collections')
  })

  it('prints a table for people', async () => {
    const { folder, env } = makeSet()
    const { stdout } = await runWinnow(['eval', 'bm25', folder, '--measures', 'RR P@2 NumRet', '--per-query'], { env })
    expect(stdout.replaceAll(folder.split('/').at(-1) ?? '', 'SET')).toMatchInlineSnapshot(`
      "bm25 on SET test: 3 queries
                  mean     95% interval  judged
        RR      0.6667  0.0000 … 1.0000
        P@2     0.3333  0.0000 … 0.5000   50.0%
        NumRet       6
        1 query judged but without results: counted as 0 (trec_eval -c); leave them out with
        --missing-queries skip

      SET test by query
        query      RR     P@2  NumRet
        q1     1.0000  0.5000       3
        q2     1.0000  0.5000       3
        q3     0.0000  0.0000       0
      "
    `)
  })
})

describe('eval of a run', () => {
  const RUN = 'q1 Q0 d2 1 3 t\nq1 Q0 d1 2 2 t\nq2 Q0 d2 1 1 t\nq9 Q0 d1 1 1 t\n'

  function withRun(run = RUN): { folder: string; path: string; qrels: string } {
    const { folder } = makeSet()
    const path = join(folder, 'run.trec')
    writeFileSync(path, run)
    return { folder, path, qrels: join(folder, 'qrels/test.tsv') }
  }

  it('counts missing queries as 0 unless told otherwise, and says so', async () => {
    const { path, qrels } = withRun()
    const args = ['eval', '--run', path, '--qrels', qrels, '--measures', 'RR']
    expect(printed(await runWinnow([...args, '--json']))).toMatchObject({
      measures: { RR: 0.5 },
      queries: 3,
      missingQueries: 1,
      unjudgedQueries: 1,
    })
    const skipped = [...args, '--missing-queries', 'skip']
    expect(printed(await runWinnow([...skipped, '--json']))).toMatchObject({ measures: { RR: 0.75 }, queries: 2 })
    const { stdout } = await runWinnow(args)
    expect(stdout).toContain('1 query judged but without results: counted as 0 (trec_eval -c)')
    expect(stdout).toContain('1 query in the run not judged: left out')
  })

  it('has values of queries only when they are asked for', async () => {
    const { path, qrels } = withRun()
    expect(printed(await runWinnow(['eval', '--run', path, '--qrels', qrels, '--json'])).perQuery).toBeUndefined()
  })

  it("names the judgements that were taken instead of the collection's", async () => {
    const { folder, path, qrels } = withRun()
    const other = join(folder, 'other.tsv')
    writeFileSync(other, readFileSync(qrels, 'utf8'))
    const { stdout } = await runWinnow(['eval', '--run', path, folder, '--qrels', other])
    expect(stdout).toContain(`, judgements from ${other}: 3 queries`)
  })

  it('sets the level of relevance', async () => {
    const { path, qrels } = withRun()
    const args = ['eval', '--run', path, '--qrels', qrels, '--measures', 'RR', '--relevance-level', '2', '--json']
    expect(printed(await runWinnow(args)).measures).toEqual({ 'RR(rel=2)': 1 / 3 })
  })

  it.each([
    [
      'a run with a document twice',
      [],
      'q1 Q0 d1 1 2 t\nq1 Q0 d1 2 1 t\n',
      'run.trec:2: query "q1": duplicate document "d1", first at ',
    ],
    ['a run of other queries', [], 'x Q0 d1 1 2 t\n', 'none of the 1 queries in '],
    ['an empty run', [], '', 'no results'],
    [
      'unknown measures',
      ['--measures', 'nDGC@10 RR P'],
      RUN,
      'nDGC@10: unknown measure\nP: missing cutoff, such as P@10\n',
    ],
    [
      'a wrong option',
      ['--missing-queries', 'none', '--depth', '0'],
      RUN,
      '--depth "0": allowed: a whole number of 1 or more; --missing-queries "none": allowed: zero, skip',
    ],
  ])('refuses %s', async (_name, options, run, message) => {
    const { path, qrels } = withRun(run)
    const ran = await runWinnow(['eval', '--run', path, '--qrels', qrels, ...options])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(message)
  })

  it('refuses a run without judgements, and nothing at all', async () => {
    const { path } = withRun()
    expect((await runWinnow(['eval', '--run', path])).stderr).toContain('--qrels FILE')
    expect((await runWinnow(['eval'])).stderr).toContain('give a retriever and a collection, or a run with --run FILE')
    expect((await runWinnow(['eval', 'bm25'])).code).toBe(2)
  })
})

describeWithData('scifact', 'eval on real data', () => {
  it('BM25 reaches on SciFact what it should, and figures of Cranfield stay what they are', async () => {
    const env = { WINNOW_CACHE: tempDir() }
    const ran = await runWinnow(['eval', 'bm25', dataPath('scifact'), dataPath('cranfield'), '--json', '--quiet'], {
      env,
    })
    const [scifact, cranfield] = printed(ran).collections ?? []
    expect(ran.stderr).toBe('')
    expect(scifact?.queries).toBe(300)
    expect(scifact?.measures['nDCG@10']).toBeGreaterThanOrEqual(0.685)
    expect(cranfield?.queries).toBe(225)
    expect(cranfield?.measures['nDCG@10']).toBeCloseTo(0.427, 2)
  }, 300_000)
})

describeWithData('dl19', 'eval of the BM25 run of DL19', () => {
  it('gives the figure that pytrec_eval gives', async () => {
    const args = [
      'eval',
      '--run',
      dataPath('dl19/bm25-top100.run'),
      '--qrels',
      dataPath('dl19/qrels.human.txt'),
      '--json',
    ]
    const { measures, queries } = printed(await runWinnow([...args, '--measures', 'nDCG@10 AP(rel=2) RR(rel=2)']))
    expect(queries).toBe(43)
    expect(measures['nDCG@10']).toBeCloseTo(0.505831, 6)
  })
})

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BEIR, CORPUS, failure, folderOf, HEADER, opened, parquet, QUERIES } from '../../test/support/collections.ts'
import { warnOfMissing } from './grades.ts'
import { tempDir } from '../../test/support/files.ts'

describe('openCollection: bad input', () => {
  const withQrels = (qrels: string) => folderOf({ ...BEIR, 'qrels/test.tsv': qrels })

  it('reads judgements without a header from the first line on, and says so', async () => {
    const { grades, warnings } = await opened(withQrels('q1\td1\t1\nq2\td2\t1\n'))
    expect(grades).toEqual(['q1 d1 1', 'q2 d2 1'])
    expect(warnings).toEqual([
      String.raw`qrels/test.tsv:1: no header line (query-id, corpus-id, score); reading it as a judgement: "q1\td1\t1"`,
    ])
  })

  it('tells every line that is no judgement', async () => {
    const lines = [
      String.raw`2: not a relevance judgement: "q1\td1\tyes"`,
      String.raw`3: not a relevance judgement: "q1\td2\t0.5"`,
    ]
    const all = [...lines, '4: not a relevance judgement: "q1"'].map((line) => `qrels/test.tsv:${line}`)
    expect(await failure(withQrels(`${HEADER}q1\td1\tyes\nq1\td2\t0.5\nq1\nq1\td1\t1\n`))).toBe(all.join('\n'))
  })

  it('names both lines of a pair that has two grades, and counts a repeated one once', async () => {
    expect(await failure(withQrels(`${HEADER}q1\td1\t1\nq1\td2\t1\nq1\td1\t2\n`))).toBe(
      'qrels/test.tsv:4: query "q1", document "d1": grade 2 here, but 1 at qrels/test.tsv:2',
    )
    const { warnings, grades } = await opened(withQrels(`${HEADER}q1\td1\t1\nq1\td1\t1\nq1\td1\t1\n`))
    expect(grades).toEqual(['q1 d1 1'])
    expect(warnings).toEqual([
      'qrels/test.tsv:3: repeats an earlier judgement with the same grade; 2 such repeats, each counted once',
    ])
    const twice = await opened(withQrels(`${HEADER}q1\td1\t1\nq1\td1\t1\n`))
    expect(twice.warnings).toEqual(['qrels/test.tsv:3: repeats an earlier judgement with the same grade; counted once'])
  })

  it('reads judgements again only where something is missing', async () => {
    const judged = { grades: new Map([['q1', new Map([['d1', 1]])]]), qrels: [join(tempDir(), 'gone.tsv')] }
    await warnOfMissing(judged, 'document', () => true, expect.unreachable)
    await expect(warnOfMissing(judged, 'document', () => false, expect.unreachable)).rejects.toThrow('gone.tsv')
  })

  it('warns of judgements whose query is not there, and fails when none is', async () => {
    const { warnings, queries } = await opened(withQrels(`${HEADER}q1\td1\t1\nq8\td1\t1\nq8\td2\t1\nq9\td1\t1\n`))
    expect(queries).toHaveLength(1)
    expect(warnings).toEqual([
      'qrels/test.tsv:3: the query "q8" is not in the queries file; 3 judgements of 2 such queries in total',
    ])
    expect(await failure(withQrels(`${HEADER}q8\td1\t1\n`))).toBe(
      'no query judged in qrels/test.tsv is in queries.jsonl',
    )
  })

  it('keeps an empty query and says so', async () => {
    const { warnings, queries } = await opened(folderOf({ ...BEIR, 'queries.jsonl': [{ _id: 'q1', text: ' ' }] }))
    expect(queries).toEqual([{ id: 'q1', text: ' ' }])
    expect(warnings).toEqual(['queries.jsonl:1: query "q1" is empty: it retrieves nothing but counts in the mean'])
  })

  it('takes a document or a query that is there again as before once, and says so', async () => {
    const { warnings, queries, corpus } = await opened(
      folderOf({
        ...BEIR,
        'queries.jsonl': [...QUERIES, QUERIES[0] as object],
        'corpus.jsonl': [...CORPUS, ...CORPUS],
      }),
    )
    const documents = []
    for (let pass = 0; pass < 2; pass++) for await (const batch of corpus.documents()) documents.push(...batch)
    expect(documents).toHaveLength(2 * CORPUS.length)
    expect(queries.map(({ id }) => id)).toEqual([...new Set(queries.map(({ id }) => id))])
    expect(warnings).toEqual([
      `queries.jsonl:${QUERIES.length + 1}: repeats an earlier query; taken once`,
      `corpus.jsonl:${CORPUS.length + 1}: repeats an earlier document; ${CORPUS.length} such repeats, each taken once`,
    ])
  })

  it('names both lines of ids with two texts, through shards too', async () => {
    expect(await failure(folderOf({ ...BEIR, 'queries.jsonl': [...QUERIES, { _id: 'q1', text: 'again' }] }))).toBe(
      'queries.jsonl:3: query id "q1" has another text at queries.jsonl:1',
    )
    expect(await failure(folderOf({ ...BEIR, 'corpus.jsonl': [...CORPUS, { ...CORPUS[0], text: 'other' }] }))).toBe(
      'corpus.jsonl:3: document id "d1" has another text at corpus.jsonl:1',
    )
    const { 'corpus.jsonl': _corpus, ...others } = BEIR
    const shards = {
      'corpus/a-00000-of-00002.jsonl': CORPUS,
      'corpus/a-00001-of-00002.jsonl': [{ _id: 'd3' }, { _id: 'd2', text: 'x' }],
    }
    expect(await failure(folderOf({ ...others, ...shards }))).toBe(
      'corpus/a-00001-of-00002.jsonl:2: document id "d2" has another text at corpus/a-00000-of-00002.jsonl:2',
    )
  })

  it('wants documents and queries', async () => {
    expect(await failure(folderOf({ ...BEIR, 'corpus.jsonl': '\n' }))).toBe('no documents in corpus.jsonl')
    expect(await failure(folderOf({ ...BEIR, 'queries.jsonl': '' }))).toBe('no queries in queries.jsonl')
  })

  it('passes over a header of tab-separated lines, and over nothing else', async () => {
    const { 'corpus.jsonl': _corpus, 'queries.jsonl': _queries, ...others } = BEIR
    const files = {
      'corpus.tsv': 'ID\ttitle\ttext\nd1\tOne\tfirst\nid\ttitle\ttext\n',
      'queries.tsv': 'qid\tquery\nq1\twhat?\n',
    }
    const { documents, queries } = await opened(folderOf({ ...others, ...files }))
    expect(documents.map(({ id }) => id)).toEqual(['d1', 'id'])
    expect(queries).toEqual([{ id: 'q1', text: 'what?' }])
    const corpus = [{ _id: 'id', text: 'text' }]
    expect((await opened(folderOf({ ...BEIR, 'corpus.jsonl': corpus }))).documents).toEqual([
      { id: 'id', text: 'text' },
    ])
  })

  it('tells what is no document', async () => {
    const corpus = `{"_id":"d1"}\n{"text":"x"}\n[1]\n{"_id":"d2","text":["x"]}\nplain\n`
    expect((await failure(folderOf({ ...BEIR, 'corpus.jsonl': corpus }))).split('\n')).toEqual([
      'corpus.jsonl:2: no document id; allowed: a string or a number in _id, id, docid, doc_id, doc-id, corpus-id, pid',
      'corpus.jsonl:3: neither JSON nor id<tab>text or id<tab>title<tab>text: "[1]"',
      'corpus.jsonl:4: "text" of document "d2" must be a string',
      'corpus.jsonl:5: neither JSON nor id<tab>text or id<tab>title<tab>text: "plain"',
    ])
  })

  it('lists the splits there are', async () => {
    expect(await failure(folderOf(BEIR), { split: 'dev' })).toBe(
      'SET: no judgements for split "dev"; available: test, train',
    )
    const { 'qrels/test.tsv': _test, ...others } = BEIR
    expect(await failure(folderOf({ ...others, 'qrels/dev.tsv': BEIR['qrels/test.tsv'] }))).toBe(
      'SET: several splits; available: dev, train',
    )
  })

  it('says what a folder lacks', async () => {
    const { 'corpus.jsonl': _corpus, ...others } = BEIR
    expect(await failure(folderOf(others))).toBe('SET: no corpus found (corpus.jsonl)')
    expect(await failure(folderOf({ 'corpus.jsonl': CORPUS }))).toBe('SET: no judgements found (qrels/SPLIT.tsv)')
    expect(await failure(join(tempDir(), 'nothing'))).toBe('no such folder: SET')
    expect(await failure(folderOf({ ...BEIR, 'qrels/test.tsv': HEADER }))).toBe(
      'qrels/test.tsv: no relevance judgements',
    )
  })

  it('asks which of several files is meant', async () => {
    const message = await failure(folderOf({ ...BEIR, 'documents.jsonl': CORPUS }))
    expect(message).toBe('several files match corpus: corpus.jsonl, documents.jsonl')
    expect(
      (await opened(folderOf({ ...BEIR, 'corpus.parquet': parquet({ _id: ['x'], text: ['y'] }) }))).documents,
    ).toHaveLength(2)
  })

  it('says of a damaged Parquet file which it is', async () => {
    const { 'corpus.jsonl': _corpus, ...others } = BEIR
    const broken = parquet({ _id: ['d1'], text: ['x'] }).subarray(0, -20)
    expect(await failure(folderOf({ ...others, 'corpus/a.parquet': broken }))).toMatch(
      /^cannot read corpus\/a\.parquet: /,
    )
  })
})

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { dataPath, describeWithData } from '../../test/support/data.ts'
import { tempDir } from '../../test/support/files.ts'
import type { Document } from './collection.ts'
import { openCollection, openJudgements, type CollectionOptions } from './open.ts'

type Contents = string | Buffer | object[]

/** A folder with these files; lists become JSON lines. */
function folderOf(files: Record<string, Contents>, name = 'set'): string {
  const folder = join(tempDir(), name)
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    const lines = Array.isArray(contents) ? contents.map((each) => `${JSON.stringify(each)}\n`).join('') : contents
    writeFileSync(join(folder, path), lines)
  }
  return folder
}

function parquet(columns: Record<string, unknown[]>): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, data]) => ({ name, data })) as never,
      rowGroupSize: 2,
    }),
  )
}

async function opened(folder: string, options: CollectionOptions = {}) {
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message.replaceAll(`${folder}/`, ''))
  const collection = await openCollection(folder, { onWarning, ...options })
  const documents: Document[] = []
  for await (const batch of collection.corpus.documents()) documents.push(...batch)
  const grades = [...collection.grades].flatMap(([query, judged]) =>
    [...judged].map(([document, grade]) => `${query} ${document} ${grade}`),
  )
  return { ...collection, documents, grades, warnings }
}

const failure = async (folder: string, options?: CollectionOptions) => {
  const error = (await opened(folder, options).catch((each: Error) => each)) as Error & { hint?: string }
  expect(error).toBeInstanceOf(Error)
  return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'SET')
}

const CORPUS = [
  { _id: 'd1', title: 'One', text: 'first' },
  { _id: 'd2', text: '' },
]
const DOCUMENTS: Document[] = [
  { id: 'd1', title: 'One', text: 'first' },
  { id: 'd2', text: '' },
]
const QUERIES = [
  { _id: 'q1', text: 'what?' },
  { _id: 'q2', text: 'who?' },
]
const HEADER = 'query-id\tcorpus-id\tscore\n'
const BEIR = {
  'corpus.jsonl': CORPUS,
  'queries.jsonl': QUERIES,
  'qrels/test.tsv': `${HEADER}q1\td1\t1\nq1\td2\t0\n`,
  'qrels/train.tsv': `${HEADER}q2\td2\t2\n`,
}

describe('openCollection: layouts', () => {
  it('BEIR: the judged queries of a split, documents without title or text too', async () => {
    const folder = folderOf(BEIR)
    const test = await opened(folder)
    expect(test).toMatchObject({
      name: 'set',
      split: 'test',
      documents: DOCUMENTS,
      warnings: [],
      ignoresIdenticalIds: false,
    })
    expect(test.queries).toEqual([{ id: 'q1', text: 'what?' }])
    expect(test.grades).toEqual(['q1 d1 1', 'q1 d2 0'])
    const train = await opened(folder, { split: 'train' })
    expect(train.queries).toEqual([{ id: 'q2', text: 'who?' }])
  })

  it('BEIR, gzip', async () => {
    const zipped = Object.fromEntries(
      Object.entries(BEIR).map(([path, contents]) => [
        path.endsWith('jsonl') ? `${path}.gz` : path,
        typeof contents === 'string' ? contents : gzipSync(contents.map((each) => JSON.stringify(each)).join('\n')),
      ]),
    )
    expect((await opened(folderOf(zipped))).documents).toEqual(DOCUMENTS)
  })

  it('BEIR of the hub: judgements in a folder beside it', async () => {
    const folder = folderOf({
      'scifact/corpus.jsonl': CORPUS,
      'scifact/queries.jsonl': QUERIES,
      'scifact-qrels/test.tsv': BEIR['qrels/test.tsv'],
    })
    expect((await opened(join(folder, 'scifact'))).grades).toEqual(['q1 d1 1', 'q1 d2 0'])
  })

  it('AIR-Bench: corpus and queries in one folder, judgements in another; identical ids are ignored', async () => {
    const folder = folderOf({
      'qa_wiki_en/AIR-Bench_24.05/corpus_default.jsonl': [{ id: 'd1', text: 'first' }],
      'qa_wiki_en/AIR-Bench_24.05/queries_default_dev.jsonl': QUERIES.map(({ _id, text }) => ({ id: _id, text })),
      'qa_wiki_en/AIR-Bench_24.05/queries_default_test.jsonl': [{ id: 'q3', text: 'other' }],
      'qrels-qa_wiki_en-dev/AIR-Bench_24.05/qrels_default_dev.jsonl': [{ qid: 'q1', docid: 'd1', relevance: 1 }],
    })
    const collection = await opened(join(folder, 'qa_wiki_en'))
    expect(collection).toMatchObject({
      split: 'dev',
      ignoresIdenticalIds: true,
      documents: [{ id: 'd1', text: 'first' }],
    })
    expect(collection.queries).toEqual([{ id: 'q1', text: 'what?' }])
    expect((await opened(join(folder, 'qa_wiki_en'), { identicalIds: 'keep' })).ignoresIdenticalIds).toBe(false)
  })

  it('AIR-Bench, long documents: several datasets, one of which has to be chosen', async () => {
    const files = (name: string) => ({
      [`corpus_${name}.jsonl`]: [{ id: `d-${name}`, text: name }],
      [`queries_${name}_dev.jsonl`]: [{ id: 'q1', text: name }],
      [`qrels_${name}_dev.jsonl`]: [{ qid: 'q1', docid: `d-${name}`, relevance: 1 }],
    })
    const folder = folderOf({ ...files('gpt3'), ...files('llama2') })
    expect(await failure(folder)).toBe('SET: it holds several datasets; there are: gpt3, llama2')
    expect((await opened(folder, { subset: 'llama2' })).documents).toEqual([{ id: 'd-llama2', text: 'llama2' }])
    expect(await failure(folder, { subset: 'bert' })).toBe('SET: no dataset "bert" in it; there are: gpt3, llama2')
  })

  it('MTEB: Parquet in folders named corpus and queries, judgements in default; shards in their order', async () => {
    const folder = folderOf({
      'corpus/corpus-00000-of-00002.parquet': parquet({
        _id: ['d1', 'd2', 'd3'],
        title: ['One', '', ''],
        text: ['first', '', 'x'],
      }),
      'corpus/corpus-00001-of-00002.parquet': parquet({ _id: ['d4'], title: [''], text: ['last'] }),
      'queries/queries-00000-of-00001.parquet': parquet({ _id: ['q1', 'q2'], text: ['what?', 'who?'] }),
      'default/test-00000-of-00001.parquet': parquet({
        'query-id': ['q1', 'q1'],
        'corpus-id': ['d1', 'd4'],
        score: [1, 2.0],
      }),
      'README.md': '---',
    })
    const collection = await opened(folder)
    expect(collection.documents).toEqual([...DOCUMENTS, { id: 'd3', text: 'x' }, { id: 'd4', text: 'last' }])
    expect(collection.grades).toEqual(['q1 d1 1', 'q1 d4 2'])
    expect(collection.queries).toEqual([{ id: 'q1', text: 'what?' }])
  })

  it('MTEB: JSON lines, ids that are numbers with all their digits, links of the cache of the hub', async () => {
    const folder = folderOf(
      {
        'blobs/corpus': '{"_id": 12345678901234567890, "text": "first"}\n',
        'blobs/queries': '{"_id": 7, "text": "what?"}\n',
        'blobs/test': '{"query-id": 7, "corpus-id": 12345678901234567890, "score": 1.0}\n',
      },
      'datasets--mteb--NanoArguAna',
    )
    const snapshot = join(folder, 'snapshots/0123abc')
    mkdirSync(join(snapshot, 'qrels'), { recursive: true })
    symlinkSync('../../blobs/corpus', join(snapshot, 'corpus.jsonl'))
    symlinkSync('../../blobs/queries', join(snapshot, 'queries.jsonl'))
    symlinkSync('../../../blobs/test', join(snapshot, 'qrels/test.jsonl'))
    const collection = await opened(snapshot)
    expect(collection).toMatchObject({ name: 'NanoArguAna', ignoresIdenticalIds: true })
    expect(collection.documents).toEqual([{ id: '12345678901234567890', text: 'first' }])
    expect(collection.grades).toEqual(['7 12345678901234567890 1'])
  })

  it('several languages in folders of their own', async () => {
    const folder = folderOf({
      'en-corpus/test-00000-of-00001.parquet': parquet({ _id: ['e1'], text: ['english'] }),
      'en-queries/test-00000-of-00001.parquet': parquet({ _id: ['q1'], text: ['what?'] }),
      'en-qrels/test-00000-of-00001.parquet': parquet({ 'query-id': ['q1'], 'corpus-id': ['e1'], score: [1] }),
      'de-corpus/test-00000-of-00001.parquet': parquet({ _id: ['d1'], text: ['deutsch'] }),
      'de-queries/test-00000-of-00001.parquet': parquet({ _id: ['q1'], text: ['was?'] }),
      'de-qrels/test-00000-of-00001.parquet': parquet({ 'query-id': ['q1'], 'corpus-id': ['d1'], score: [1] }),
    })
    expect(await failure(folder)).toContain('there are: de, en')
    expect(await opened(folder, { subset: 'de' })).toMatchObject({
      documents: [{ id: 'd1' }],
      queries: [{ text: 'was?' }],
    })
  })

  it('FlagEmbedding: the split in front', async () => {
    const folder = folderOf({
      'corpus.jsonl': [{ id: 'd1', title: 'One', text: 'first' }],
      'test_queries.jsonl': [{ id: 'q1', text: 'what?' }],
      'test_qrels.jsonl': [{ qid: 'q1', docid: 'd1', relevance: 1 }],
      'dev_queries.jsonl': [{ id: 'q1', text: 'dev' }],
      'dev_qrels.jsonl': [{ qid: 'q1', docid: 'd1', relevance: 0 }],
    })
    expect(await opened(folder, { split: 'dev' })).toMatchObject({ queries: [{ text: 'dev' }], grades: ['q1 d1 0'] })
    expect(await opened(folder)).toMatchObject({ queries: [{ text: 'what?' }] })
  })

  it('tab-separated texts, and judgements as TREC has them', async () => {
    const folder = folderOf({
      'collection.tsv': 'd1\tfirst\n',
      'queries.tsv': 'q1\twhat?\n',
      'qrels.txt': 'q1 0 d1 3\n',
    })
    expect(await opened(folder)).toMatchObject({ documents: [{ id: 'd1', text: 'first' }], grades: ['q1 d1 3'] })
  })

  it('takes judgements from another file when it is told to', async () => {
    const folder = folderOf({ ...BEIR, 'other.txt': 'q2 0 d1 1\n' })
    expect((await opened(folder, { qrels: join(folder, 'other.txt') })).grades).toEqual(['q2 d1 1'])
  })
})

describe('openCollection: bad input', () => {
  const withQrels = (qrels: string) => folderOf({ ...BEIR, 'qrels/test.tsv': qrels })

  it('reads judgements without a header from the first line on, and says so', async () => {
    const { grades, warnings } = await opened(withQrels('q1\td1\t1\nq2\td2\t1\n'))
    expect(grades).toEqual(['q1 d1 1', 'q2 d2 1'])
    expect(warnings).toEqual([
      String.raw`qrels/test.tsv:1: no header line (query-id, corpus-id, score): read as a judgement: "q1\td1\t1"`,
    ])
  })

  it('tells every line that is no judgement', async () => {
    expect(await failure(withQrels(`${HEADER}q1\td1\tyes\nq1\td2\t0.5\nq1\nq1\td1\t1\n`))).toBe(
      [
        '2: not a relevance judgement: "q1\\td1\\tyes"',
        '3: not a relevance judgement: "q1\\td2\\t0.5"',
        '4: not a relevance judgement: "q1"',
      ]
        .map(
          (line) =>
            `qrels/test.tsv:${line}; allowed: "QUERY 0 DOCUMENT GRADE" or "QUERY<tab>DOCUMENT<tab>GRADE", the grade a whole number`,
        )
        .join('\n'),
    )
  })

  it('names both lines of a pair that has two grades, and counts a repeated one once', async () => {
    expect(await failure(withQrels(`${HEADER}q1\td1\t1\nq1\td2\t1\nq1\td1\t2\n`))).toBe(
      'qrels/test.tsv:4: query "q1", document "d1": the grade 2 here, 1 at qrels/test.tsv:2',
    )
    const { warnings, grades } = await opened(withQrels(`${HEADER}q1\td1\t1\nq1\td1\t1\nq1\td1\t1\n`))
    expect(grades).toEqual(['q1 d1 1'])
    expect(warnings).toEqual(['qrels/test.tsv:3: judged before, with the same grade; 2 such in all, each counts once'])
  })

  it('warns of judgements whose query is not there, and fails when none is', async () => {
    const { warnings, queries } = await opened(withQrels(`${HEADER}q1\td1\t1\nq8\td1\t1\nq8\td2\t1\nq9\td1\t1\n`))
    expect(queries).toHaveLength(1)
    expect(warnings).toEqual([
      'qrels/test.tsv:3: the query "q8" is not in the queries file; 3 judgements of 2 such queries in all',
    ])
    expect(await failure(withQrels(`${HEADER}q8\td1\t1\n`))).toBe(
      'none of the queries that qrels/test.tsv judges is in queries.jsonl',
    )
  })

  it('keeps an empty query and says so', async () => {
    const { warnings, queries } = await opened(folderOf({ ...BEIR, 'queries.jsonl': [{ _id: 'q1', text: ' ' }] }))
    expect(queries).toEqual([{ id: 'q1', text: ' ' }])
    expect(warnings).toEqual(['queries.jsonl:1: the query "q1" is empty: it finds nothing, and counts'])
  })

  it('names both lines of ids that stand twice, through shards too', async () => {
    expect(await failure(folderOf({ ...BEIR, 'queries.jsonl': [...QUERIES, { _id: 'q1', text: 'again' }] }))).toBe(
      'queries.jsonl:3: the query id "q1" stands at queries.jsonl:1 already',
    )
    expect(await failure(folderOf({ ...BEIR, 'corpus.jsonl': [...CORPUS, CORPUS[0] as object] }))).toBe(
      'corpus.jsonl:3: the document id "d1" stands at corpus.jsonl:1 already',
    )
    const { 'corpus.jsonl': _corpus, ...others } = BEIR
    const shards = {
      'corpus/a-00000-of-00002.jsonl': CORPUS,
      'corpus/a-00001-of-00002.jsonl': [{ _id: 'd3' }, { _id: 'd2' }],
    }
    expect(await failure(folderOf({ ...others, ...shards }))).toBe(
      'corpus/a-00001-of-00002.jsonl:2: the document id "d2" stands at corpus/a-00000-of-00002.jsonl:2 already',
    )
  })

  it('tells what is no document', async () => {
    const corpus = `{"_id":"d1"}\n{"text":"x"}\n[1]\n{"_id":"d2","text":["x"]}\nplain\n`
    expect((await failure(folderOf({ ...BEIR, 'corpus.jsonl': corpus }))).split('\n')).toEqual([
      'corpus.jsonl:2: no document id; allowed: a text or a number in _id, id, docid, doc_id, doc-id, corpus-id, pid',
      'corpus.jsonl:3: neither JSON nor id<tab>text or id<tab>title<tab>text: "[1]"',
      'corpus.jsonl:4: "text" of the document "d2" must be a text',
      'corpus.jsonl:5: neither JSON nor id<tab>text or id<tab>title<tab>text: "plain"',
    ])
  })

  it('lists the splits there are', async () => {
    expect(await failure(folderOf(BEIR), { split: 'dev' })).toBe(
      'SET: no judgements of a split "dev"; there are: test, train',
    )
    const { 'qrels/test.tsv': _test, ...others } = BEIR
    expect(await failure(folderOf({ ...others, 'qrels/dev.tsv': BEIR['qrels/test.tsv'] }))).toBe(
      'SET: say which split is meant; there are: dev, train',
    )
  })

  it('says what a folder lacks', async () => {
    const { 'corpus.jsonl': _corpus, ...others } = BEIR
    expect(await failure(folderOf(others))).toBe('SET: no corpus in it (corpus.jsonl)')
    expect(await failure(folderOf({ 'corpus.jsonl': CORPUS }))).toBe('SET: no judgements in it (qrels/SPLIT.tsv)')
    expect(await failure(join(tempDir(), 'nothing'))).toBe('there is no folder SET')
    expect(await failure(folderOf({ ...BEIR, 'qrels/test.tsv': HEADER }))).toBe(
      'qrels/test.tsv: no relevance judgement in it',
    )
  })

  it('says of a damaged Parquet file which it is', async () => {
    const { 'corpus.jsonl': _corpus, ...others } = BEIR
    const broken = parquet({ _id: ['d1'], text: ['x'] }).subarray(0, -20)
    expect(await failure(folderOf({ ...others, 'corpus/a.parquet': broken }))).toMatch(
      /^cannot read corpus\/a\.parquet: /,
    )
  })
})

describe('openJudgements', () => {
  it('needs neither corpus nor queries, and takes a file', async () => {
    const folder = folderOf({ 'qrels/test.tsv': BEIR['qrels/test.tsv'] })
    expect(await openJudgements(folder)).toMatchObject({ name: 'set', split: 'test' })
    const path = join(folder, 'qrels/test.tsv')
    expect(await openJudgements(path)).toMatchObject({ name: 'test.tsv', qrels: [path], ignoresIdenticalIds: false })
  })
})

describeWithData('scifact', 'collections on disk', () => {
  it.each([
    ['scifact', 'test', 5183, 300, 339],
    ['scifact', 'train', 5183, 809, 919],
    ['cranfield', 'test', 1400, 225, 1837],
  ])('%s %s', async (name, split, documents, queries, judgements) => {
    const collection = await opened(dataPath(name), { split })
    expect(collection.documents).toHaveLength(documents)
    expect(collection.queries).toHaveLength(queries)
    expect(collection.grades).toHaveLength(judgements)
    expect(collection.ignoresIdenticalIds).toBe(false)
    expect(collection.warnings).toEqual([])
  })
})

import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { BEIR, CORPUS, DOCUMENTS, failure, folderOf, opened, parquet, QUERIES } from '../../test/support/collections.ts'
import { dataPath, describeWithData } from '../../test/support/data.ts'
import { filesOfCollection, openJudgements } from './open.ts'

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

  it('counts judgements in a folder beside it among the files of a collection', async () => {
    const folder = folderOf({
      'x/corpus.jsonl': CORPUS,
      'x/queries.jsonl': QUERIES,
      'x-qrels/test.tsv': BEIR['qrels/test.tsv'],
    })
    const names = (await filesOfCollection(join(folder, 'x'))).map(({ path }) => path.replace(`${folder}/`, ''))
    expect(names).toEqual(['x/corpus.jsonl', 'x/queries.jsonl', 'x-qrels/test.tsv'])
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
    expect(await failure(folder)).toBe('SET: it holds several datasets; available: gpt3, llama2')
    expect((await opened(folder, { subset: 'llama2' })).documents).toEqual([{ id: 'd-llama2', text: 'llama2' }])
    expect(await failure(folder, { subset: 'bert' })).toBe('SET: no dataset "bert"; available: gpt3, llama2')
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
    expect(await failure(folder)).toContain('available: de, en')
    expect(await opened(folder, { subset: 'de' })).toMatchObject({
      documents: [{ id: 'd1' }],
      queries: [{ text: 'was?' }],
    })
  })

  it('parts of a corpus in a folder, under names of their own; languages below', async () => {
    const folder = folderOf({
      'corpus/docs-0.jsonl': [{ docid: 'd1', title: 'One', text: 'first' }],
      'corpus/docs-1.jsonl': [{ docid: 'd2', text: '' }],
      'queries.jsonl': QUERIES,
      'qrels/en/test.tsv': BEIR['qrels/test.tsv'],
      'qrels/de/test.tsv': BEIR['qrels/train.tsv'],
    })
    expect(await opened(folder, { subset: 'en' })).toMatchObject({
      documents: DOCUMENTS,
      grades: ['q1 d1 1', 'q1 d2 0'],
    })
    expect(await failure(folder)).toBe('SET: it holds several datasets; available: de, en')
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

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf } from '../../../test/support/collections.ts'
import { tempDir } from '../../../test/support/files.ts'
import { startReranker } from '../../../test/support/short-reranker.ts'
import { evaluate } from './evaluate.ts'
import type { EvalInput } from './options.ts'
import { evaluateRun } from './run.ts'

const WORDS = ['garlic', 'garlic garlic', 'garlic garlic garlic', 'onion']

/** Creates documents with ever more occurrences of garlic; the shortest is the relevant one. */
function garlic(): string {
  return folderOf({
    'corpus.jsonl': WORDS.map((text, index) => ({ _id: `d${index}`, text })),
    'queries.jsonl': [{ _id: 'q1', text: 'garlic' }],
    'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td0\t1\n',
  })
}

const evaluated = (paths: string[], options: EvalInput = {}, notices: string[] = []) =>
  evaluate(
    'bm25',
    paths,
    { measures: 'RR NumRet', index: tempDir(), ...options },
    { onNotice: (each) => notices.push(each) },
  )

describe('evaluate', () => {
  it('has a reranker look again at the first documents, and leaves out the others', async () => {
    const folder = garlic()
    const [plain] = await evaluated([folder])
    expect(plain?.measures).toEqual({ RR: 1 / 3, NumRet: 3 })
    const { spec, shown } = await startReranker()
    const run = join(tempDir(), 'run.trec')
    const [all] = await evaluated([folder], { rerank: spec, runOut: run })
    expect(all).toMatchObject({ measures: { RR: 1, NumRet: 3 }, collection: 'set', split: 'test' })
    expect(all?.system).toMatch(/^bm25 > short@/)
    expect(readFileSync(run, 'utf8').split('\n')[0]).toMatch(/^q1 Q0 d0 1 -6 bm25_>_short@/)
    const notices: string[] = []
    const [first] = await evaluated([folder], { rerank: spec, rerankDepth: 2, measures: 'RR R@10 NumRet' }, notices)
    expect(first?.measures).toEqual({ RR: 0, 'R@10': 0, NumRet: 2 })
    expect(notices).toEqual(['R@10: computed on the first 2 documents per query'])
    expect(shown).toEqual([3, 2])
  })

  it('compares both orders of the same documents, query by query', async () => {
    const folder = folderOf({
      'corpus.jsonl': WORDS.map((text, index) => ({ _id: `d${index}`, text })),
      'queries.jsonl': [0, 1, 2].map((at) => ({ _id: `q${at}`, text: 'garlic' })),
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td2\t1\nq2\td1\t1\n',
    })
    const { spec, shown } = await startReranker()
    const [report] = await evaluated([folder], { rerank: spec, measures: 'RR NumRet' })
    expect(report?.firstStage).toMatchObject({ system: 'bm25', depth: 100, queries: 3 })
    const column = (of: typeof report | NonNullable<typeof report>['firstStage']) =>
      ['q0', 'q1', 'q2'].map((query) => of?.perQuery[query]?.['RR'])
    expect(column(report?.firstStage)).toEqual([1 / 3, 1, 1 / 2])
    expect(column(report)).toEqual([1, 1 / 3, 1 / 2])
    // The three differences are 2/3, -2/3 and 0: t is 0.
    expect(report?.differences).toEqual({
      RR: { difference: expect.closeTo(0, 9), interval: expect.anything(), p: expect.closeTo(1, 9) },
    })
    expect((report?.differences?.['RR']?.interval.high ?? 0) * Math.sqrt(3)).toBeCloseTo((4.30265 * 2) / 3, 4)
    // --depth alone says how many are reranked, --rerank-depth beside it how many are reported.
    await evaluated([folder], { rerank: spec, depth: 2 })
    const [deeper] = await evaluated([folder], { rerank: spec, depth: 1, rerankDepth: 3 })
    expect(deeper?.measures['NumRet']).toBe(3)
    expect(deeper?.firstStage?.measures['NumRet']).toBe(3)
    expect(shown).toEqual([3, 3, 3, 2, 2, 2, 3, 3, 3])
  })

  it('retrieves as many where a document with the id of the query is passed over', async () => {
    const folder = folderOf({
      'corpus.jsonl': ['q1', 'd1', 'd2'].map((id) => ({ _id: id, text: `garlic${id === 'q1' ? ' garlic' : ''}` })),
      'queries.jsonl': [{ _id: 'q1', text: 'garlic' }],
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t1\n',
    })
    const options = { depth: 1, measures: 'Success@1 NumRet' }
    expect((await evaluated([folder], options))[0]?.measures).toEqual({ 'Success@1': 0, NumRet: 1 })
    const [ignored] = await evaluated([folder], { ...options, identicalIds: 'ignore' })
    expect(ignored?.measures).toEqual({ 'Success@1': 1, NumRet: 1 })
  })

  it('never writes a run over what it reads, or where it cannot', async () => {
    const folder = garlic()
    for (const name of ['qrels/test.tsv', 'queries.jsonl', 'corpus.jsonl']) {
      const path = join(folder, name)
      const before = readFileSync(path, 'utf8')
      await expect(evaluated([folder], { runOut: path }), name).rejects.toThrow(`${path} is an input of this command`)
      expect(readFileSync(path, 'utf8')).toBe(before)
    }
    await expect(evaluated([folder], { runOut: folder })).rejects.toThrow(`cannot write ${folder}: it is a folder`)
  })

  it('tells ids that no run can hold before it searches', async () => {
    const index = tempDir()
    const options = { index, runOut: join(tempDir(), 'run.trec') }
    const folder = folderOf({
      'corpus.jsonl': [
        { _id: 'd1', text: 'garlic' },
        { _id: 'd 2', text: 'garlic' },
      ],
      'queries.jsonl': [{ _id: 'q1', text: 'garlic' }],
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq 2\td1\t1\n',
    })
    await expect(evaluated([folder], options)).rejects.toMatchObject({
      message: `${folder}/corpus.jsonl: a run cannot hold document id "d 2" (document 2 of the corpus)`,
      hint: expect.stringContaining('omit --run-out'),
    })
    expect(readdirSync(index, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('bm25'))).toEqual(
      [],
    )
    writeFileSync(join(folder, 'queries.jsonl'), '{"_id":"q1","text":"garlic"}\n{"_id":"q 2","text":"garlic"}\n')
    await expect(evaluated([folder], options)).rejects.toThrow(
      `${folder}/queries.jsonl: a run cannot hold query id "q 2"`,
    )
    expect(await evaluated([folder])).toMatchObject([{ queries: 2 }])
  })

  it('says that queries without spaces between words need another tokenizer', async () => {
    const folder = folderOf({
      'corpus.jsonl': [{ _id: 'd1', text: '大蒜在秋天种植' }],
      'queries.jsonl': [
        { _id: 'q1', text: '秋天' },
        { _id: 'q2', text: 'garlic' },
      ],
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td1\t1\n',
    })
    const notices: string[] = []
    await evaluated([folder, folder], {}, notices)
    expect(notices).toEqual(['2 of 4 queries are in a script without spaces: use --tokenizer characters'])
    const [found] = await evaluated([folder], { tokenizer: 'characters' }, notices)
    expect(found?.measures['RR']).toBe(0.5)
    expect(notices).toHaveLength(1)
  })

  it('refuses options that have no effect, all of them', async () => {
    await expect(evaluated([garlic()], { rrfK: 9, search: 'hnsw', rerankDepth: 5 })).rejects.toThrow(
      '--search: no effect, bm25 uses no vectors; --rrf-k: no effect, bm25 is a single retriever, so there are no ranks to fuse; --rerank-depth: no effect without --rerank',
    )
    await expect(evaluate('hf:models/none', [garlic()], { tokenizer: 'words', bm25K1: 1 })).rejects.toThrow(
      '--tokenizer, --bm25-k1: no effect, hf:models/none does not use bm25',
    )
  })

  it('tells what is wrong with the last collection before it searches the first', async () => {
    const index = tempDir()
    const nothing = join(tempDir(), 'nothing')
    await expect(evaluated([garlic(), nothing], { index })).rejects.toThrow(`no such folder: ${nothing}`)
    expect(readdirSync(index)).toEqual([])
  })

  it('takes one file of judgements for one collection', async () => {
    const folder = garlic()
    await expect(evaluated([folder, garlic()], { qrels: join(folder, 'qrels/test.tsv') })).rejects.toThrow(
      'one file of judgements for 2 collections',
    )
  })

  it('names a run after its collection, as the page does', async () => {
    const [folder, out] = [garlic(), tempDir()]
    const [report] = await evaluated([join(folder, 'qrels/..')], { runOut: join(out, 'x{collection}.trec') })
    expect(report?.collection).toBe('set')
    expect(readdirSync(out)).toEqual(['xset.trec'])
  })

  it('refuses two collections of one name a place for their runs', async () => {
    const runOut = join(tempDir(), '{collection}.trec')
    await expect(evaluated([garlic(), garlic()], { runOut })).rejects.toThrow('one file for 2 collections')
  })
})

describe('evaluateRun', () => {
  it('refuses what only a search can have', async () => {
    const options = { rerank: 'm@http://127.0.0.1:1/rerank', runOut: 'x.trec', tokenizer: 'words' } as const
    await expect(evaluateRun('run.trec', 'set', options)).rejects.toThrow(
      '--rerank, --run-out, --tokenizer: no effect, --run run.trec searches nothing',
    )
  })

  it('says of which judgements the figures are', async () => {
    const folder = garlic()
    const [run, other] = [join(folder, 'run.trec'), join(folder, 'other.tsv')]
    await evaluated([folder], { runOut: run })
    writeFileSync(other, 'q1 0 d1 1\n')
    const report = await evaluateRun(run, folder, { qrels: other })
    expect(report).toMatchObject({ collection: 'set', qrels: other })
    expect(await evaluateRun(run, undefined, { qrels: other })).not.toHaveProperty('qrels')
  })

  it('stops when it is told to', async () => {
    const folder = garlic()
    const run = join(folder, 'run.trec')
    await evaluated([folder], { runOut: run })
    const stopped = evaluateRun(run, folder, {}, { signal: AbortSignal.abort(new Error('stop')) })
    await expect(stopped).rejects.toThrow('stop')
  })
})

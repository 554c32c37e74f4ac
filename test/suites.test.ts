// winnow eval --suite, end to end, on made-up collections in the layouts of BEIR, NanoBEIR and AIR-Bench.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { SUITES } from '../src/evaluate/suites/index.ts'
import { HEADER, parquet } from './support/collections.ts'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

interface Printed {
  suite: string
  averages: { name: string; value: number | null; sets: number; found: number }[]
  wholes: Record<string, number>
  missing: string[]
  collections: { collection: string; task: string; split: string; queries: number; measures: Record<string, number> }[]
}

let root: string
let env: Record<string, string>

beforeEach(() => {
  root = tempDir()
  env = { WINNOW_CACHE: tempDir() }
})

const lines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

function write(path: string, contents: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), contents)
}

/** Documents in which BM25 finds `garlic` in the order d3, d2, d1. */
const TEXTS = ['garlic', 'garlic garlic', 'garlic garlic garlic', 'onion', 'leek']
const QUERIES = [{ _id: 'q1', text: 'garlic' }]

/** Writes a collection of BEIR, whose relevant document BM25 finds at this rank. */
function beirSet(folder: string, rank: 1 | 2 | 3, splits = ['test']): void {
  write(join(folder, 'corpus.jsonl'), lines(TEXTS.map((text, at) => ({ _id: `d${at + 1}`, title: '', text }))))
  write(join(folder, 'queries.jsonl'), lines(QUERIES))
  for (const split of splits) write(join(folder, `qrels/${split}.tsv`), `${HEADER}q1\td${4 - rank}\t1\n`)
}

const gainAt = (rank: number) => 1 / Math.log2(rank + 1)
const evaluated = async (suite: string, ...more: string[]) => {
  const ran = await runWinnow(['eval', 'bm25', '--suite', suite, '--root', root, '--json', ...more], { env })
  expect(ran.code, ran.stderr).toBe(0)
  return { ...(JSON.parse(ran.stdout) as Printed), stderr: ran.stderr }
}
const averageIn = ({ averages }: Printed, name: string) => averages.find((each) => each.name === name)

describe('beir', () => {
  it('measures what is there, names what is missing, and averages nothing that is not complete', async () => {
    beirSet('scifact', 2)
    beirSet('msmarco', 3, ['dev'])
    write('msmarco/qrels/test.tsv', `${HEADER}q1\td3\t1\n`)
    beirSet('datasets--BeIR--nfcorpus', 1)
    beirSet('something-else', 1)
    const report = await evaluated('beir')
    expect(
      report.collections.map(({ collection, task, split, measures }) => [collection, task, split, measures['nDCG@10']]),
    ).toEqual([
      ['msmarco', 'MSMARCO', 'dev', expect.closeTo(gainAt(3), 9)],
      ['nfcorpus', 'NFCorpus', 'test', 1],
      ['scifact', 'SciFact', 'test', expect.closeTo(gainAt(2), 9)],
    ])
    expect(report.missing).toContain('trec-covid')
    expect(report.missing).toContain('cqadupstack')
    expect(report.missing).not.toContain('cqadupstack/android')
    expect(averageIn(report, 'BEIR-13')).toMatchObject({ value: null, sets: 13, found: 2 })
    expect(averageIn(report, 'BEIR-15')).toMatchObject({ value: null, sets: 15, found: 3 })
    const page = await runWinnow(['eval', 'bm25', '--suite', 'beir', '--root', root], { env })
    expect(page.stdout).toMatch(
      /^bm25 on BEIR: 3 of 30 collections in .*\n +queries +nDCG@10 +RR@10 +R@100\n {2}msmarco dev +1 +0\.5000/,
    )
    expect(page.stdout).toMatch(/not complete: BEIR-13 \(2 of 13\), BEIR-14 \(2\s+of 14\)/)
  })

  it('takes CQADupStack as the mean of its twelve parts, and all sets as one each', async () => {
    const forums = SUITES.beir.wholes[0]!.parts
    forums.forEach((forum, at) => beirSet(forum, at < 6 ? 1 : 2))
    const sets = SUITES.beir.sets.filter(({ name }) => !forums.includes(name)).map(({ name }) => name)
    for (const name of sets) beirSet(name, 3, [name === 'msmarco' ? 'dev' : 'test'])
    const report = await evaluated('beir', '--measures', 'nDCG@10')
    expect(report.missing).toEqual([])
    const whole = (1 + gainAt(2)) / 2
    expect(report.wholes['cqadupstack']).toBeCloseTo(whole, 9)
    const expected = {
      'BEIR-13': 0.5,
      'BEIR-14': (13 * 0.5 + whole) / 14,
      'BEIR-15': (14 * 0.5 + whole) / 15,
      'BEIR-16': 0.5,
      'BEIR-18': (17 * 0.5 + whole) / 18,
    }
    for (const [name, value] of Object.entries(expected))
      expect(averageIn(report, name)?.value, name).toBeCloseTo(value, 9)
  })

  it('measures again only what has changed', async () => {
    beirSet('scifact', 2)
    beirSet('nfcorpus', 1)
    const first = await evaluated('beir')
    expect(first.stderr).toMatch(/1 of 2: nfcorpus: nDCG@10 1\.0000, measured in/)
    const again = await evaluated('beir')
    expect(again.stderr.match(/measured before/g)).toHaveLength(2)
    expect(again.collections).toEqual(first.collections)
    write('scifact/qrels/test.tsv', `${HEADER}q1\td1\t1\n`)
    const changed = await evaluated('beir')
    expect(changed.stderr).toMatch(/nfcorpus: .* measured before\nnote: 2 of 2: scifact: nDCG@10 0\.5000, measured in/)
    expect((await evaluated('beir', '--bm25-k1', '2')).stderr.match(/measured in/g)).toHaveLength(2)
    const folder = join(env['WINNOW_CACHE']!, 'evaluations')
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'damaged')
    expect((await evaluated('beir')).stderr.match(/measured in/g)).toHaveLength(2)
    expect((await evaluated('beir')).stderr.match(/measured before/g)).toHaveLength(2)
  })

  it('writes what mteb writes, also for the whole', async () => {
    const forums = SUITES.beir.wholes[0]!.parts
    forums.forEach((forum, at) => beirSet(forum, at < 6 ? 1 : 2))
    beirSet('arguana', 2)
    // A query that is a document: it is passed over.
    write('arguana/queries.jsonl', lines([{ _id: 'd3', text: 'garlic' }]))
    write('arguana/qrels/test.tsv', `${HEADER}d3\td2\t1\n`)
    const folder = join(root, 'results')
    await evaluated('beir', '--mteb', folder)
    expect(readdirSync(folder)).toHaveLength(14)
    const result = (task: string) => JSON.parse(readFileSync(join(folder, `${task}.json`), 'utf8'))
    expect(result('ArguAna')).toEqual({
      dataset_revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      task_name: 'ArguAna',
      mteb_version: null,
      scores: {
        test: [
          expect.objectContaining({
            main_score: 1,
            ndcg_at_10: 1,
            map_at_1: 1,
            recall_at_100: 1,
            precision_at_10: 0.1,
            mrr_at_10: 1,
            hit_rate_at_1: 1,
            hf_subset: 'default',
            languages: ['eng-Latn'],
          }),
        ],
      },
      evaluation_time: expect.any(Number),
      kg_co2_emissions: null,
      date: expect.any(Number),
    })
    expect(result('CQADupstackRetrieval').scores.test[0].main_score).toBeCloseTo((1 + gainAt(2)) / 2, 6)
    expect(result('CQADupstackGisRetrieval').scores.test[0].hit_rate_at_1).toBe(1)
  })
})

describe('nanobeir', () => {
  it('reads the thirteen as they are on the hub, without grades', async () => {
    for (const [at, { name }] of SUITES.nanobeir.sets.entries()) {
      const ids = TEXTS.map((_, index) => `d${index + 1}`)
      write(`${name}/corpus/train-00000-of-00001.parquet`, parquet({ _id: ids, text: TEXTS }))
      write(`${name}/queries/train-00000-of-00001.parquet`, parquet({ _id: ['d3'], text: ['garlic'] }))
      write(
        `${name}/qrels/train-00000-of-00001.parquet`,
        parquet({ 'query-id': ['d3'], 'corpus-id': [at === 0 ? 'd2' : 'd3'] }),
      )
    }
    const report = await evaluated('nanobeir')
    // Nothing is passed over, in NanoArguAna and NanoQuora neither.
    expect(averageIn(report, 'NanoBEIR')).toMatchObject({ value: expect.closeTo((12 + gainAt(2)) / 13, 9), found: 13 })
    expect(report.collections[0]).toMatchObject({
      collection: 'NanoArguAna',
      task: 'NanoArguAnaRetrieval',
      split: 'train',
    })
    rmSync(join(root, 'NanoNQ'), { recursive: true })
    const lacking = await evaluated('nanobeir')
    expect(lacking.missing).toEqual(['NanoNQ'])
    expect(averageIn(lacking, 'NanoBEIR')).toMatchObject({ value: null, found: 12 })
  })
})

describe('nanobeir in one folder', () => {
  it('takes the files that are named after each set', async () => {
    for (const [at, name] of ['NanoNQ', 'NanoSciFact'].entries()) {
      const place = (part: string) => `NanoBEIR-en/${part}/${name}-00000-of-00001.parquet`
      write(place('corpus'), parquet({ _id: TEXTS.map((_, index) => `${name}-d${index + 1}`), text: TEXTS }))
      write(place('queries'), parquet({ _id: ['q1'], text: ['garlic'] }))
      write(place('qrels'), parquet({ 'query-id': ['q1'], 'corpus-id': [`${name}-d${3 - at}`] }))
    }
    for (const place of [root, join(root, 'NanoBEIR-en')]) {
      const report = await evaluated('nanobeir', '--root', place, '--mteb', join(root, 'results'))
      expect(report.collections).toMatchObject([
        { collection: 'NanoNQ', split: 'NanoNQ', queries: 1, measures: { 'nDCG@10': 1 } },
        { collection: 'NanoSciFact', measures: { 'nDCG@10': expect.closeTo(gainAt(2), 9) } },
      ])
      expect(report.missing).toHaveLength(11)
      const result = JSON.parse(readFileSync(join(root, 'results/NanoNQRetrieval.json'), 'utf8'))
      expect(result.scores.train[0].main_score).toBe(1)
    }
    write('NanoNQ/corpus.jsonl', '')
    const ran = await runWinnow(['eval', 'bm25', '--suite', 'nanobeir', '--root', root], { env })
    expect(ran.stderr).toContain(`NanoNQ is in several folders: ${root}/NanoNQ, ${root}/NanoBEIR-en`)
  })
})

describe('air-bench', () => {
  const documents = lines(TEXTS.map((text, at) => ({ id: `d${at + 1}`, text })))
  const queries = lines([{ id: 'q1', text: 'garlic' }])
  const judgements = (rank: number) => lines([{ qid: 'q1', docid: `d${4 - rank}`, relevance: 1 }])

  /** Writes a set as it is on the hub, its judgements in a repository of their own. */
  const airSet = (name: string, dataset: string, rank: number) => {
    write(`${name}/AIR-Bench_24.05/${dataset}/corpus.jsonl`, documents)
    write(`${name}/AIR-Bench_24.05/${dataset}/dev_queries.jsonl`, queries)
    write(`${name}/AIR-Bench_24.04/${dataset}/corpus.jsonl`, documents)
    write(`qrels-${name}-dev/AIR-Bench_24.05/${dataset}/dev_qrels.jsonl`, judgements(rank))
  }

  it('averages by task, domain and language', async () => {
    for (const domain of ['arxiv', 'finance', 'healthcare', 'news']) airSet(`qa_${domain}_en`, 'default', 1)
    airSet('qa_law_en', 'default', 2)
    airSet('qa_law_de', 'default', 1)
    // Named after the splits of the library, all in one folder.
    write('qa_law_fr/corpus_default.jsonl', documents)
    write('qa_law_fr/queries_default_dev.jsonl', queries)
    write('qa_law_fr/qrels_default_dev.jsonl', judgements(3))
    airSet('long-doc_arxiv_en', 'llama2', 3)
    for (const dataset of ['lex_files_300K_400K', 'lex_files_400K_500K']) {
      write(`long-doc_law_en/corpus_${dataset}.jsonl`, documents)
      write(`long-doc_law_en/queries_${dataset}_dev.jsonl`, queries)
      write(`long-doc_law_en/qrels_${dataset}_dev.jsonl`, judgements(1))
    }
    airSet('long-doc_book_en', 'origin-of-species_darwin', 1)
    const report = await evaluated('air-bench', '--mteb', join(root, 'results'))
    expect(averageIn(report, 'AIR-Bench-5')?.value).toBeCloseTo((4 + gainAt(2)) / 5, 9)
    expect(averageIn(report, 'qa law')?.value).toBeCloseTo((1.5 + gainAt(2)) / 3, 9)
    expect(averageIn(report, 'qa en')).toMatchObject({ value: null, found: 5 })
    expect(averageIn(report, 'long-doc')).toMatchObject({ value: null, sets: 4, found: 2 })
    const names = report.collections.map(({ collection }) => collection)
    expect(names.slice(-2)).toEqual(['long-doc_arxiv_en/llama2', 'long-doc_law_en/lex_files_300K-400K'])
    expect(report.missing).toContain('long-doc_book_en/a-brief-history-of-time_stephen-hawking')
    expect(report.collections.at(-2)).toMatchObject({
      split: 'dev',
      measures: { 'R@10': 1 },
    })
    expect(existsSync(join(root, 'results/long-doc_arxiv_en_llama2.json'))).toBe(true)
    const german = JSON.parse(readFileSync(join(root, 'results/qa_law_de.json'), 'utf8'))
    expect(german.scores.dev[0]).toMatchObject({ main_score: 1, languages: ['deu-Latn'] })
  })
})

describe('what cannot be done', () => {
  const failed = async (...args: string[]) => {
    const ran = await runWinnow(['eval', 'bm25', ...args], { env })
    expect(ran.code).toBe(2)
    return ran.stderr.replaceAll(root, 'ROOT')
  }

  it('is said with what is allowed', async () => {
    expect(await failed('--suite', 'nanobeir', '--root', root)).toMatch(
      /no collection of NanoBEIR below ROOT; its folders are called NanoArguAna, NanoClimateFEVER, NanoDBPedia, …\nName the folder/,
    )
    expect(await failed('--suite', 'beir', '--root', join(root, 'none'))).toContain('no such folder: ROOT/none')
    expect(await failed('--suite', 'beir', 'scifact')).toContain('--suite finds its collections, got scifact')
    expect(await failed('--suite', 'beir', '--split', 'dev', '--run-out', 'x')).toContain(
      '--split, --run-out: no effect with --suite beir',
    )
    expect(await failed('--root', root, 'scifact')).toContain('--root: no effect without --suite')
    beirSet('scifact', 1)
    beirSet('datasets--mteb--scifact', 1)
    expect(await failed('--suite', 'beir', '--root', root)).toContain(
      'BEIR: scifact is in several folders: ROOT/datasets--mteb--scifact, ROOT/scifact',
    )
  })
})

// A real encoder and a real reranker in this process, if available: WINNOW_TEST_ENCODER names the folder of all-MiniLM-L6-v2,
// WINNOW_TEST_RERANKER that of any cross-encoder (its quality is not tested), both as made by test/support/minilm_to_onnx.py;
// WINNOW_TRANSFORMERS names the folder of @huggingface/transformers if it is not installed beside Winnow.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Encoder } from '../src/encoders/encoder.ts'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import type { Scorer } from '../src/encoders/scorer.ts'
import { innerProduct } from '../src/encoders/vectors.ts'
import { describeEncoder } from './contracts/encoder.contract.ts'
import { describeScorer } from './contracts/scorer.contract.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const optIn = (variable: string, name: string, suite: (path: string) => void) => {
  const path = process.env[variable]
  if (path) return describe(name, () => suite(path))
  process.stderr.write(`SKIPPED: ${name}: set ${variable} to the folder of one\n`)
  return describe(name, () => it.skip(`needs one: set ${variable}`, () => undefined))
}

optIn('WINNOW_TEST_ENCODER', 'all-MiniLM-L6-v2', encoderSuite)
optIn('WINNOW_TEST_RERANKER', 'a cross-encoder', rerankerSuite)

function encoderSuite(path: string): void {
  let encoder: Encoder
  const notices: string[] = []
  const encode = async (...texts: string[]) => {
    const vectors = await encoder.encode(texts, 'passage')
    return texts.map((_, at) => vectors.subarray(at * encoder.dimensions, (at + 1) * encoder.dimensions))
  }

  beforeAll(async () => {
    encoder = await openEncoder(`hf:${path}`, process.env, { onNotice: (notice) => notices.push(notice) })
  })
  afterAll(() => encoder?.close())

  describeEncoder('as any encoder', () => openEncoder(`hf:${path}`, process.env, { onNotice: () => undefined }))

  it('gives the vectors that sentence-transformers gives', async () => {
    const [vector] = await encode('This is an example sentence')
    expect(encoder.dimensions).toBe(384)
    const first = [0.06765690445899963, 0.0634959, 0.0487131, 0.0793049, 0.037448]
    expect([...vector!.subarray(0, 5)]).toEqual(first.map((value) => expect.closeTo(value, 5)))
    expect(innerProduct(vector!, vector!)).toBeCloseTo(1, 5)
  })

  it('finds what means the same in other words', async () => {
    const [cat, kitten, market] = await encode(
      'A cat sits on the mat.',
      'A kitten is resting on a rug.',
      'Shares fell sharply on Monday.',
    )
    expect(innerProduct(cat!, kitten!)).toBeGreaterThan(0.5)
    expect(innerProduct(cat!, market!)).toBeLessThan(0.2)
  })

  it('reads 256 tokens', async () => {
    const [whole, longer, other] = await encode(
      'ship '.repeat(254),
      `${'ship '.repeat(254)}and a whale`,
      'ship '.repeat(100),
    )
    expect(innerProduct(whole!, longer!)).toBeCloseTo(1, 5)
    expect(innerProduct(whole!, other!)).toBeLessThan(0.9999)
  })

  it('says nothing where its configuration says everything', () => expect(notices.length).toBeLessThan(1))

  it('is measured from end to end, and its vectors are kept', async () => {
    const folder = tempDir()
    const collection = smallCollection(folder)
    const env = { WINNOW_CACHE: join(folder, 'cache') }
    const args = ['eval', `hf:${path}`, collection, '--measures', 'nDCG@10 Success@1', '--json']
    const first = await runWinnow(args, { env })
    expect(first).toMatchObject({ code: 0 })
    expect(JSON.parse(first.stdout)).toMatchObject({ measures: { 'nDCG@10': 1, 'Success@1': 1 }, queries: 3 })
    const second = await runWinnow(args, { env })
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout))
  })
}

/** Queries that share no word with what answers them. */
const OTHER_WORDS = { q1: 'young cat sleeping', q2: 'stock market losses', q3: 'vegetable garden' }

function smallCollection(folder: string, queries: Record<string, string> = OTHER_WORDS): string {
  const path = join(folder, 'small')
  mkdirSync(join(path, 'qrels'), { recursive: true })
  writeJsonl(join(path, 'corpus.jsonl'), [
    { _id: 'd1', title: '', text: 'A kitten is resting on a rug.' },
    { _id: 'd2', title: 'Finance', text: 'Shares fell sharply on Monday.' },
    { _id: 'd3', title: '', text: 'The surgeon removed the appendix without complications.' },
    { _id: 'd4', title: '', text: 'Rain is expected across the north this weekend.' },
    { _id: 'd5', title: '', text: 'She planted tomatoes and beans behind the house.' },
  ])
  writeJsonl(
    join(path, 'queries.jsonl'),
    Object.entries(queries).map(([_id, text]) => ({ _id, text })),
  )
  writeFileSync(join(path, 'qrels/test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\nq3\td5\t1\n')
  return path
}

function rerankerSuite(path: string): void {
  let scorer: Scorer
  beforeAll(async () => {
    scorer = await openScorer(`hf:${path}`, process.env, { onNotice: () => undefined })
  })
  afterAll(() => scorer?.close())

  describeScorer('as any scorer', () => openScorer(`hf:${path}`, process.env, { onNotice: () => undefined }))

  it('orders what BM25 finds', async () => {
    const folder = tempDir()
    const collection = smallCollection(folder, { q1: 'kitten resting monday', q2: 'tomatoes', q3: 'rain' })
    const [run, env] = [join(folder, 'run.trec'), { WINNOW_CACHE: join(folder, 'cache') }]
    const ran = await runWinnow(['eval', 'bm25', collection, '--rerank', `hf:${path}`, '--run-out', run], { env })
    expect(ran).toMatchObject({ code: 0 })
    const lines = readFileSync(run, 'utf8').trim().split('\n')
    const found = lines.map((line) => line.split(/\s+/)).filter(([query]) => query === 'q1')
    const texts: Record<string, string> = {
      d1: 'A kitten is resting on a rug.',
      d2: 'Finance Shares fell sharply on Monday.',
    }
    const ids = found.map(([, , id]) => id as string)
    expect(ids.toSorted()).toEqual(['d1', 'd2'])
    const scores = await scorer.score(
      'kitten resting monday',
      ids.map((id) => texts[id] as string),
    )
    expect(scores[0]).toBeGreaterThan(scores[1] as number)
    expect(found.map(([, , , , score]) => Number(score))).toEqual(scores.map((score) => expect.closeTo(score, 3)))
  })
}

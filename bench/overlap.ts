// Benchmark of `winnow overlap`: streams rows past the test side of a collection, against reading the same rows and doing nothing.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { detectFormat, readRows } from '../src/rows/read.ts'
import { NearDuplicateIndex } from '../src/likeness/min-hash.ts'
import { overlap } from '../src/commands/overlap/overlap.ts'
import { counted, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { inTurns, medianCpu, medianRate, ratioText } from './measure.ts'
import { Texts } from './random.ts'
import { writeRows } from './rows.ts'

const ROWS = 10_000
const NEGATIVES = 24
const PASSAGE_LENGTH = 600
const TEST_QUERIES = 300
const TEST_PASSAGES = 1_000
const TURNS = 3

export const overlapBenchmark: Benchmark = {
  name: 'overlap',
  summary: 'rows compared with a test collection, against reading them',
  run: (scale, note) => inFolder((folder) => run(folder, scale, note)),
}

async function run(folder: string, scale: number, note: (text: string) => void): Promise<Figure[]> {
  const rows = Math.round(ROWS * scale)
  const file = join(folder, 'rows.jsonl')
  note(`writing ${counted(rows)} rows of ${NEGATIVES + 1} passages`)
  await writeRows(file, { rows, negatives: NEGATIVES, passageLength: PASSAGE_LENGTH })
  const collection = join(folder, 'made-up')
  const passages = await writeCollection(collection)

  const turns = await inTurns(TURNS, {
    read: () => readAll(file),
    overlap: async () => (await overlap(file, collection)).rows,
  })
  return [
    { what: `reading ${counted(rows)} rows of ${NEGATIVES + 1} passages`, value: figureOf(turns.read) },
    {
      what: `overlap with ${TEST_QUERIES} queries and ${counted(TEST_PASSAGES)} passages`,
      value: figureOf(turns.overlap),
    },
    { what: 'overlap / reading', value: ratioText(turns.overlap, turns.read) },
    { what: 'index, per test passage besides its text', value: `${counted(indexBytes(passages))} bytes` },
  ]
}

const figureOf = (turns: Parameters<typeof medianRate>[0]) =>
  `${perSecond(medianRate(turns))} · ${counted(medianCpu(turns))} µs of the main thread a row`

async function readAll(path: string): Promise<number> {
  let rows = 0
  for await (const batch of readRows({ path, format: await detectFormat(path) })) rows += batch.length
  return rows
}

/** Writes a collection in the layout of BEIR, in the language of the rows. Returns its passages. */
async function writeCollection(folder: string): Promise<string[]> {
  const texts = new Texts(2)
  const passages = Array.from({ length: TEST_PASSAGES }, () => texts.passage(PASSAGE_LENGTH))
  const queries = Array.from({ length: TEST_QUERIES }, () => texts.words(9))
  const lines = (all: string[], prefix: string) =>
    all.map((text, index) => `${JSON.stringify({ _id: `${prefix}${index}`, text })}\n`).join('')
  const judgements = passages.map((_text, index) => `q${index % TEST_QUERIES}\td${index}\t1\n`).join('')
  await mkdir(join(folder, 'qrels'), { recursive: true })
  await writeFile(join(folder, 'corpus.jsonl'), lines(passages, 'd'))
  await writeFile(join(folder, 'queries.jsonl'), lines(queries, 'q'))
  await writeFile(join(folder, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judgements}`)
  return passages
}

/** Returns the bytes per text that an index adds. They are in typed arrays, which lie outside the heap. */
function indexBytes(texts: string[]): number {
  const before = process.memoryUsage().arrayBuffers
  const index = new NearDuplicateIndex(texts)
  const bytes = (process.memoryUsage().arrayBuffers - before) / texts.length
  index.find('')
  return bytes
}

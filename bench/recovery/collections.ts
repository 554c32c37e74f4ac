// The two collections of the experiment: training rows with mined negatives, the passages that can be planted among them, and the test
// data.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJudgements } from '../../src/rows/judgements.ts'
import { mine } from '../../src/commands/mine/mine.ts'
import { byDraw, halfOf, rewordingOf, type Plants } from './planting.ts'
import { linesOf, readLines, type RowPassage, type TrainingRow } from './rows.ts'

/** One part of the experiment: trained on some queries, tested on others. */
export interface Part {
  name: string
  /** The kind of task for the prompts. */
  task: string
  /** Folder of the test collection. */
  collection: string
  rows: TrainingRow[]
  plants: Plants
}

const NEGATIVES = 7

interface GradedDocument {
  query: string
  id: string
  grade: number
}

/** Prepares SciFact with its own train and test queries. Halves and rewordings of a positive are planted. */
export async function scifact(data: string, folder: string): Promise<Part> {
  const source = join(data, 'scifact')
  const collection = join(folder, 'collection')
  mkdirSync(join(collection, 'qrels'), { recursive: true })
  for (const file of ['corpus.jsonl', 'queries.jsonl', 'qrels/train.tsv', 'qrels/test.tsv'])
    cpSync(join(source, file), join(collection, file))
  const rows = await minedRows(collection, folder)
  const plants = new Map(
    rows.map(({ query_id: id, positive_passages: positives }) => {
      const [positive] = byDraw(positives, ({ docid }) => `recovery positive ${id} ${docid}`) as [RowPassage]
      return [id, [halfOf(positive), rewordingOf(positive)]]
    }),
  )
  return { name: 'scifact', task: 'fact-check', collection, rows, plants }
}

/**
 * Prepares Cranfield: trained on one half of its queries and tested on the other, and vice versa. Half of the relevant documents of a
 * query, rounded up, are its known positives; the others are absent from the clean rows and are planted.
 */
export async function cranfield(data: string, folder: string, half: 0 | 1): Promise<Part> {
  const source = join(data, 'cranfield')
  const collection = join(folder, 'collection')
  mkdirSync(join(collection, 'qrels'), { recursive: true })
  for (const file of ['corpus.jsonl', 'queries.jsonl']) cpSync(join(source, file), join(collection, file))
  const judged = (await judgementsIn(join(source, 'qrels', 'test.tsv'))).filter(({ grade }) => grade > 0)
  const queries = byDraw([...new Set(judged.map(({ query }) => query))], (id) => `recovery query ${id}`)
  const trained = new Set(queries.filter((_, index) => index % 2 === half))
  const isTrained = ({ query }: GradedDocument) => trained.has(query)
  writeQrels(join(collection, 'qrels', 'train.tsv'), judged.filter(isTrained))
  writeQrels(
    join(collection, 'qrels', 'test.tsv'),
    judged.filter((each) => !isTrained(each)),
  )
  const mined = await minedRows(collection, folder)
  const orders = mined.map(({ query_id: id, positive_passages: positives }) => {
    const readable = positives.filter(({ text }) => text.trim() !== '')
    return byDraw(readable, ({ docid }) => `recovery known ${id} ${docid}`)
  })
  const known = (positives: readonly RowPassage[]) => Math.ceil(positives.length / 2)
  const rows = mined.map((row, at) => {
    const order = orders[at] as RowPassage[]
    return { ...row, positive_passages: order.slice(0, known(order)) }
  })
  const plants = new Map(
    rows.map(({ query_id: id }, at) => {
      const order = orders[at] as RowPassage[]
      return [id, order.slice(known(order))]
    }),
  )
  return { name: `cranfield-${half === 0 ? 'a' : 'b'}`, task: 'web-search', collection, rows, plants }
}

/** Mines seven negatives for every query with `winnow mine` and BM25; none of them is judged relevant. */
async function minedRows(collection: string, folder: string): Promise<TrainingRow[]> {
  const out = join(folder, 'mined.jsonl')
  await mine(collection, { split: 'train', out, negatives: NEGATIVES, tooFew: 'fill', index: join(folder, 'indexes') })
  const rows = readLines<TrainingRow>(out)
  return rows.map((row) => ({
    ...row,
    positive_passages: row.positive_passages.map(plain),
    negative_passages: row.negative_passages.map(plain),
  }))
}

/** Removes the miner's scores, because they belong to passages that may be replaced. */
const plain = ({ docid, title, text }: RowPassage): RowPassage => ({ docid, title, text })

async function judgementsIn(path: string): Promise<GradedDocument[]> {
  const found: GradedDocument[] = []
  for await (const batch of readJudgements(path))
    for (const { query, document, grade } of batch) found.push({ query, id: document, grade })
  return found
}

function writeQrels(path: string, judged: readonly GradedDocument[]): void {
  const lines = judged.map(({ query, id, grade }) => `${query}\t${id}\t${grade}\n`)
  writeFileSync(path, `query-id\tcorpus-id\tscore\n${lines.join('')}`)
}

export function writeRows(path: string, rows: readonly TrainingRow[]): void {
  writeFileSync(path, linesOf(rows))
}

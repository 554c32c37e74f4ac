// The variants of the training rows that every laboratory is asked about, each with its distance from the clean rows known in kind.
import { join } from 'node:path'
import { byDraw } from '../recovery/planting.ts'
import { readGradedRates } from '../recovery/graded.ts'
import { gradedJudge, symmetricJudge } from '../recovery/judge.ts'
import type { RowPassage, TrainingRow } from '../recovery/rows.ts'
import { cleaned, planted, siblings, swapped, thinned, type Planted } from './damage.ts'

/** A passage with the score of the miner. */
interface MinedPassage extends RowPassage {
  score: number
}

/** Rows as mined: negatives in the order of their ranks, at least 26 of them. */
export interface MinedRow extends TrainingRow {
  positive_passages: MinedPassage[]
  negative_passages: MinedPassage[]
}

export interface Mined {
  /** By the encoder, and by BM25; with the same queries in the same order. */
  encoder: MinedRow[]
  bm25: MinedRow[]
}

const NEGATIVES = 7
export const DEPTH = 26

/** Returns the rows with the negatives of some ranks, without the miner's scores. @param from counted from 1 */
export function ranks(rows: readonly MinedRow[], from: number, count = NEGATIVES): TrainingRow[] {
  return rows.map((row) => ({
    query_id: row.query_id,
    query: row.query,
    positive_passages: row.positive_passages.map(plain),
    negative_passages: row.negative_passages.slice(from - 1, from - 1 + count).map(plain),
  }))
}

const plain = ({ docid, title, text }: RowPassage): RowPassage => ({ docid, title, text })

/** Keeps the negatives that score below a share of the lowest positive. */
function belowShare(rows: readonly MinedRow[], share: number): TrainingRow[] {
  const kept = rows.map((row) => {
    const bar = share * Math.min(...row.positive_passages.map(({ score }) => score))
    return { ...row, negative_passages: row.negative_passages.filter(({ score }) => score < bar) }
  })
  return ranks(kept, 1)
}

/** Gives each row the negatives of another row. */
function dealt(rows: readonly TrainingRow[]): TrainingRow[] {
  const order = byDraw(rows, ({ query_id: id }) => `laboratories deal ${id}`)
  const next = new Map(order.map((row, at) => [row.query_id, order[(at + 1) % order.length] as TrainingRow]))
  return rows.map((row) => {
    const known = new Set(row.positive_passages.map(({ docid }) => docid))
    const given = (next.get(row.query_id) as TrainingRow).negative_passages
    return { ...row, negative_passages: given.filter(({ docid }) => !known.has(docid)) }
  })
}

/** Returns the variants by name; `clean` comes first. @param data the folder of `dl19`, whose labels give the judge's rates */
export function variantsOf(mined: Mined, data: string): Map<string, TrainingRow[]> {
  const clean = ranks(mined.encoder, 1)
  const hit = (kind: Planted, rate: number) => planted(clean, kind, rate).map(({ row }) => row)
  const damaged: [string, TrainingRow[]][] = [
    ...[10, 25, 50, 75].map((rate): [string, TrainingRow[]] => [`both ${rate}%`, hit('both', rate / 100)]),
    ...[25, 75].map((rate): [string, TrainingRow[]] => [`halves ${rate}%`, hit('halves', rate / 100)]),
    ...[25, 75].map((rate): [string, TrainingRow[]] => [`shuffled ${rate}%`, hit('shuffled', rate / 100)]),
    ['other positives as negatives', siblings(clean)],
    ...[10, 25, 50].map((rate): [string, TrainingRow[]] => [`swapped ${rate}%`, swapped(clean, rate / 100)]),
  ]
  return new Map([['clean', clean], ...damaged, ...cleanings(clean, data), ...minings(mined, clean)])
}

function cleanings(clean: readonly TrainingRow[], data: string): [string, TrainingRow[]][] {
  const judges = [symmetricJudge('5% errors', 0.05), gradedJudge('errs as GPT-4o', readGradedRates(join(data, 'dl19')))]
  const found = [25, 75].flatMap((rate) => {
    const dirty = planted(clean, 'both', rate / 100)
    return judges.flatMap((judge) =>
      (['removed', 'relabelled'] as const).map((action): [string, TrainingRow[]] => [
        `both ${rate}%, ${action}, ${judge.name}`,
        cleaned(dirty, judge, action),
      ]),
    )
  })
  const dirty = planted(clean, 'both', 0.75).map(({ row }) => row)
  return [...found, ['both 75%, a fifth removed at random', thinned(dirty, 0.2)]]
}

function minings({ encoder, bm25 }: Mined, clean: readonly TrainingRow[]): [string, TrainingRow[]][] {
  return [
    ['ranks 20–26', ranks(encoder, 20)],
    ['BM25, ranks 1–7', ranks(bm25, 1)],
    ['BM25, ranks 20–26', ranks(bm25, 20)],
    ['below 95% of the positive', belowShare(encoder, 0.95)],
    ['ranks 1–3', ranks(encoder, 1, 3)],
    ['rank 1', ranks(encoder, 1, 1)],
    ['negatives of another row', dealt(clean)],
  ]
}

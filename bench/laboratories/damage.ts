// Ways to damage training rows, and to clean damaged ones again. Which rows are hit depends on their ids and a draw alone, so that the rows
// hit at 25% are also hit at 50% and 75%.
import { unitHash } from '../../src/base/hash.ts'
import { callsBetter, callsRelevant, type Judge } from '../recovery/judge.ts'
import { byDraw, halfOf, rewordingOf } from '../recovery/planting.ts'
import type { RowPassage, TrainingRow } from '../recovery/rows.ts'

/** False negatives to plant: half of a positive, its sentences in another order with some words exchanged, or one of each. */
export type Planted = 'halves' | 'shuffled' | 'both'

/** A row with the ids of its passages that are relevant although they are negatives. */
export interface DamagedRow {
  row: TrainingRow
  falseNegatives: ReadonlySet<string>
}

const isHit = ({ query_id: id }: TrainingRow, rate: number, draw: number) =>
  unitHash(`laboratories row ${draw} ${id}`) < rate

/** Plants one false negative of a kind, or one of each, in a share of the rows, in the places of mined negatives. */
export function planted(rows: readonly TrainingRow[], kind: Planted, rate: number, draw = 0): DamagedRow[] {
  return rows.map((row) => {
    if (!isHit(row, rate, draw)) return { row, falseNegatives: new Set() }
    const [positive] = byDraw(row.positive_passages, ({ docid }) => `laboratories positive ${row.query_id} ${docid}`)
    const plants = plantsOf(positive as RowPassage, kind)
    const order = byDraw(row.negative_passages, ({ docid }) => `laboratories place ${draw} ${row.query_id} ${docid}`)
    const instead = new Map(plants.map((plant, index) => [order[index]?.docid, plant]))
    const negatives = row.negative_passages.map((negative) => instead.get(negative.docid) ?? negative)
    return {
      row: { ...row, negative_passages: negatives },
      falseNegatives: new Set(plants.map(({ docid }) => docid)),
    }
  })
}

const plantsOf = (positive: RowPassage, kind: Planted): RowPassage[] => [
  ...(kind === 'shuffled' ? [] : [halfOf(positive)]),
  ...(kind === 'halves' ? [] : [rewordingOf(positive)]),
]

/** Makes all positives but the first negatives, in the rows that have several. */
export function siblings(rows: readonly TrainingRow[]): TrainingRow[] {
  return rows.map((row) => {
    const [first, ...others] = row.positive_passages as [RowPassage, ...RowPassage[]]
    const rest = row.negative_passages.slice(0, Math.max(0, row.negative_passages.length - others.length))
    return { ...row, positive_passages: [first], negative_passages: [...others, ...rest] }
  })
}

/** Exchanges the first positive and the first negative in a share of the rows. */
export function swapped(rows: readonly TrainingRow[], rate: number): TrainingRow[] {
  return rows.map((row) => {
    const [negative, ...negatives] = row.negative_passages
    if (negative === undefined || !isHit(row, rate, 0)) return row
    const [positive, ...positives] = row.positive_passages as [RowPassage, ...RowPassage[]]
    return {
      ...row,
      positive_passages: [negative, ...positives],
      negative_passages: [positive, ...negatives],
    }
  })
}

/** Removes what the judge calls relevant, or makes positives of the finds that it considers better. */
export function cleaned(rows: readonly DamagedRow[], judge: Judge, action: 'removed' | 'relabelled'): TrainingRow[] {
  return rows.map(({ row, falseNegatives }) => {
    const id = row.query_id
    const isFound = ({ docid }: RowPassage) =>
      callsRelevant(judge, '1', id, docid, { isRelevant: falseNegatives.has(docid), likeness: 0 })
    const isMoved = (passage: RowPassage) =>
      action === 'relabelled' && isFound(passage) && callsBetter(judge, '1', id, passage.docid)
    return {
      ...row,
      positive_passages: [...row.positive_passages, ...row.negative_passages.filter(isMoved)],
      negative_passages: row.negative_passages.filter((passage) => !isFound(passage)),
    }
  })
}

/** Removes each negative with the same chance. */
export function thinned(rows: readonly TrainingRow[], share: number): TrainingRow[] {
  const stays = (row: TrainingRow) => (passage: RowPassage) =>
    unitHash(`laboratories random ${row.query_id} ${passage.docid}`) >= share
  return rows.map((row) => ({ ...row, negative_passages: row.negative_passages.filter(stays(row)) }))
}

/** Returns one half of the rows, drawn at random. */
export function halfOfRows(rows: readonly TrainingRow[], draw: number, isFirst: boolean): TrainingRow[] {
  const order = byDraw(rows, ({ query_id: id }) => `laboratories half ${draw} ${id}`)
  const middle = order.length >> 1
  return isFirst ? order.slice(0, middle) : order.slice(middle, 2 * middle)
}

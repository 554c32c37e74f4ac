// The sample of gold that judges are asked about. Whole rows are drawn, since a judge sees whole rows, and half of the passages come from
// rows that hold something relevant, since these tell most.
import { unitHash } from '../base/hash.ts'
import type { Label } from '../rows/row.ts'

/** A row of the input with its labelled passages. */
export interface GoldRow {
  id: string
  dataset: string | undefined
  passages: GoldPassage[]
}

export interface GoldPassage {
  id: string
  /** What the row says of it. */
  label: Label
  isRelevant: boolean
}

/** A row that was drawn. */
export type SampledRow<R extends GoldRow = GoldRow> = R & {
  /** How many rows it stands for: figures count its passages so often. */
  weight: number
}

/** Rows from which draws are made apart from others. */
interface Stratum<R> {
  hasRelevant: boolean
  /** In the order of the draw. */
  rows: R[]
  passages: number
}

const LEAST_ROWS = 2

/**
 * Draws rows with about `wanted` passages; all rows if they hold no more. The same seed draws the same rows.
 * Strata are datasets, and in each the rows with and without a relevant passage. No stratum gives fewer than two rows if it has them.
 */
export function sampleRows<R extends GoldRow>(rows: readonly R[], wanted: number, seed: number): SampledRow<R>[] {
  const strata = strataOf(rows, seed)
  const total = passagesIn(rows)
  if (total <= wanted) return rows.map((row) => ({ ...row, weight: 1 }))
  const quota = quotaOf(strata, wanted)
  const drawn = strata.flatMap((stratum) => drawnFrom(stratum, quota(stratum)))
  const order = new Map(rows.map(({ id }, index) => [id, index]))
  return drawn.toSorted((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0))
}

const passagesIn = (rows: readonly GoldRow[]) => rows.reduce((sum, { passages }) => sum + passages.length, 0)

function strataOf<R extends GoldRow>(rows: readonly R[], seed: number): Stratum<R>[] {
  const groups = Map.groupBy(rows, ({ dataset = '', passages }) =>
    JSON.stringify([dataset, passages.some(({ isRelevant }) => isRelevant)]),
  )
  return [...groups.values()].map((group) => {
    const place = new Map(group.map(({ id }) => [id, unitHash(`judges ${seed} ${id}`)]))
    const [first] = group as [R]
    return {
      hasRelevant: first.passages.some(({ isRelevant }) => isRelevant),
      rows: group.toSorted((one, other) => (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0)),
      passages: passagesIn(group),
    }
  })
}

/** Half of the passages for each kind of rows, or what one has if it has less; within a kind, each dataset by its size. */
function quotaOf(strata: readonly Stratum<unknown>[], wanted: number): (stratum: Stratum<unknown>) => number {
  const available = (hasRelevant: boolean) =>
    strata.filter((each) => each.hasRelevant === hasRelevant).reduce((sum, { passages }) => sum + passages, 0)
  const share = (hasRelevant: boolean) => {
    const other = Math.min(available(!hasRelevant), wanted / 2)
    return Math.min(available(hasRelevant), wanted - other)
  }
  return ({ hasRelevant, passages }) => (share(hasRelevant) * passages) / available(hasRelevant)
}

function drawnFrom<R extends GoldRow>({ rows }: Stratum<R>, quota: number): SampledRow<R>[] {
  const drawn: R[] = []
  let passages = 0
  for (const row of rows) {
    if (passages >= quota && drawn.length >= LEAST_ROWS) break
    drawn.push(row)
    passages += row.passages.length
  }
  return drawn.map((row) => ({ ...row, weight: rows.length / drawn.length }))
}

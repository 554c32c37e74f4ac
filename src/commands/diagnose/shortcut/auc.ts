// Measures how well a number tells generated negatives from mined ones within a query: the area under the ROC curve, 0.5 for not at all.
import { meanOf } from '../../../statistics/mean.ts'
import { intervalsOfMeans } from '../../../statistics/bootstrap.ts'
import { areaUnderCurve, type Interval } from '../../../statistics/intervals.ts'
import { fold } from '../../../likeness/fold.ts'
import type { BySource } from './case.ts'

/**
 * P(generated > mined) + ½ P(generated = mined) over the pairs of one row (Hanley and McNeil 1982): 0.5 if the two cannot be told apart, 0
 * if every generated negative is below every mined one. NaN if one of the sources is missing.
 */
export function aucOf({ mined, generated }: BySource<number>): number {
  const items = [
    ...mined.map((score) => ({ score, isPositive: false })),
    ...generated.map((score) => ({ score, isPositive: true })),
  ]
  return areaUnderCurve(items) ?? NaN
}

export interface MeanByQuery {
  mean: number
  /** 95%, by resampling queries; null for fewer than two queries. */
  interval: Interval | null
  queries: number
}

/**
 * Returns the mean over queries of the mean over their rows; queries that fold to the same text are one query.
 * @param queries of the rows, in row order
 * @throws RangeError without rows
 */
export function meanAuc(queries: readonly string[], rows: readonly BySource<number>[]): MeanByQuery {
  return meanByQuery(queries, rows.map(aucOf))
}

/** Does the same for any number per row. */
export function meanByQuery(queries: readonly string[], values: readonly number[]): MeanByQuery {
  if (values.length === 0) throw new RangeError('a mean needs at least one row')
  const byQuery = Map.groupBy(values.keys(), (row) => fold(queries[row] as string))
  const means = [...byQuery.values()].map((rows) => meanOf(rows.map((row) => values[row] as number)))
  return { mean: meanOf(means), interval: intervalsOfMeans([means])[0] ?? null, queries: means.length }
}

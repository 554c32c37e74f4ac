// What an evaluation comes to: the figures, and of what they are.
import type { Hooks } from '../../base/hooks.ts'
import type { Judgements } from '../../collections/open.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { EvalValues } from './options.ts'

export interface EvaluationReport extends Evaluation {
  /** The name of the collection, or of the file of judgements. */
  collection: string
  split: string
  /** The file of judgements that were taken instead of the collection's. */
  qrels?: string
  /** The retriever by its name, or the file of the run. */
  system: string
  /** Whether missing queries count as 0. */
  missingCount: EvalValues['missingQueries']
}

export function reportOf(
  { name, split }: Pick<Judgements, 'name' | 'split'>,
  system: string,
  evaluation: Evaluation,
  { missingQueries, qrels }: Pick<EvalValues, 'missingQueries' | 'qrels'>,
): EvaluationReport {
  return {
    collection: name,
    split,
    ...(qrels !== undefined && { qrels }),
    system,
    missingCount: missingQueries,
    ...evaluation,
  }
}

/** The unweighted mean over collections of each measure that is a mean over queries: how BEIR and MTEB put sets together. */
export function meansOver(reports: readonly EvaluationReport[], measures: readonly Measure[]): Record<string, number> {
  const means = measures.filter(({ family }) => family.combine !== 'sum')
  return Object.fromEntries(
    means.map(({ name }) => [
      name,
      reports.reduce((sum, report) => sum + (report.measures[name] ?? 0), 0) / Math.max(1, reports.length),
    ]),
  )
}

/** Tells which measures look further down than anything counts: they say less than their names. */
export function warnOfDepth(measures: readonly Measure[], depth: number, { onNotice }: Hooks): void {
  const deeper = measures.filter(({ family, at }) => family.at === 'rank' && at !== undefined && at > depth)
  if (deeper.length === 0) return
  onNotice?.(`${deeper.map(({ name }) => name).join(', ')}: only the first ${depth} documents of a query count`)
}

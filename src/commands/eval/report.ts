// The result of an evaluation: the figures, and what they were measured on.
import type { Hooks } from '../../base/hooks.ts'
import type { Judgements } from '../../collections/open.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { EvalValues } from './options.ts'

export interface EvaluationReport extends Evaluation {
  /** The name of the collection, or of the file of judgements. */
  collection: string
  split: string
  /** The file of judgements used instead of the collection's. */
  qrels?: string
  /** The retriever's name, or the file of the run. */
  system: string
  /** How missing queries are counted: `zero` or `skip`. */
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

/** Returns the unweighted mean over collections of each measure that is not a sum, which is how BEIR and MTEB combine sets. */
export function meansOver(reports: readonly EvaluationReport[], measures: readonly Measure[]): Record<string, number> {
  const means = measures.filter(({ family }) => family.combine !== 'sum')
  return Object.fromEntries(
    means.map(({ name }) => [
      name,
      reports.reduce((sum, report) => sum + (report.measures[name] ?? 0), 0) / Math.max(1, reports.length),
    ]),
  )
}

/** Warns about measures with a cutoff beyond the depth, because they measure less than their names say. */
export function warnOfDepth(measures: readonly Measure[], depth: number, { onNotice }: Hooks): void {
  const deeper = measures.filter(({ family, at }) => family.at === 'rank' && at !== undefined && at > depth)
  if (deeper.length === 0) return
  onNotice?.(`${deeper.map(({ name }) => name).join(', ')}: computed on the first ${depth} documents per query`)
}

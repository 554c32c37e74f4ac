// The result of an evaluation: the figures, and what they were measured on.
import type { Judgements } from '../../collections/open.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { meanOf } from '../../statistics/mean.ts'
import { pairedDifference, type PairedDifference } from '../../statistics/paired.ts'
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
  /** With a reranker: what it reordered. */
  firstStage?: FirstStage
  /** With a reranker: by name of the measure, what it gains on the same queries; measures that are not means have none. */
  differences?: Record<string, PairedDifference>
}

interface FirstStage extends Evaluation {
  system: string
  /** How many documents per query were retrieved and reranked. */
  depth: number
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

/** Adds the figures before reranking, and the differences that it makes. */
export function withFirstStage(report: EvaluationReport, firstStage: FirstStage): EvaluationReport {
  const queries = Object.keys(report.perQuery)
  const differences = Object.keys(report.intervals).flatMap((name) => {
    const column = ({ perQuery }: Evaluation) => queries.map((query) => perQuery[query]?.[name] ?? 0)
    const difference = pairedDifference(column(firstStage), column(report))
    return difference === undefined ? [] : [[name, difference] as const]
  })
  return { ...report, firstStage, differences: Object.fromEntries(differences) }
}

/** Returns the unweighted mean over collections of each measure, which is how BEIR and MTEB combine sets. */
export function meansOver(
  reports: readonly Pick<Evaluation, 'measures'>[],
  names: readonly string[],
): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, meanOf(reports.map(({ measures }) => measures[name] ?? 0))]))
}

/** Returns the names of the measures that have a mean over collections: all but sums. */
export const averagedNames = (measures: readonly Measure[]) =>
  measures.filter(({ family }) => family.combine !== 'sum').map(({ name }) => name)

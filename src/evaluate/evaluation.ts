// The evaluation of a whole run: the values of each query, their summaries, and how far both can be trusted.
import { meanOf } from '../statistics/mean.ts'
import type { Grades } from '../collections/collection.ts'
import { intervalsOfMeans } from '../statistics/bootstrap.ts'
import type { Measure } from './measures/measure.ts'
import { parseMeasures } from './measures/parse.ts'
import type { QueryResults } from './ranked.ts'
import { combine, scoreQueries, type ScoreOptions } from './score.ts'
import type { Interval } from '../statistics/intervals.ts'

export interface Evaluation {
  /** By name of the measure: the mean over queries, or the measure's own summary (a sum, a geometric mean). */
  measures: Record<string, number>
  /** 95% bootstrap intervals of the means over queries; measures that are not means have none. */
  intervals: Record<string, Interval>
  /** How many queries are included. */
  queries: number
  /** Judged queries without results: counted as 0 or left out, depending on the option `missingQueries`. */
  missingQueries: number
  /** Queries in the results without judgements; left out. */
  unjudgedQueries: number
  /** Included queries without a relevant document: most measures give 0 for them whatever is found. */
  queriesWithoutRelevant: number
  /** By cutoff, the mean share of the first documents that is judged. Documents without a judgement count as not relevant. */
  judged: Record<string, number>
  /** By query, by measure. */
  perQuery: Record<string, Record<string, number>>
}

export interface EvaluationOptions extends ScoreOptions {
  /**
   * The lowest grade that counts as relevant when queries without relevant documents are counted. Default 1. Measures have their own `rel`.
   */
  relevanceLevel?: number | undefined
}

/**
 * Evaluates results against judgements. Memory holds only a few numbers per query.
 * @param results in any order of queries, each query once
 */
export async function evaluateResults(
  results: AsyncIterable<QueryResults> | Iterable<QueryResults>,
  grades: Grades,
  measures: readonly Measure[],
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const cutoffs = [
    ...new Set(measures.flatMap(({ family, at }) => (family.at === 'rank' && at !== undefined ? [at] : []))),
  ]
  const coverage = parseMeasures(cutoffs.length === 0 ? 'Judged' : cutoffs.map((each) => `Judged@${each}`).join(' '))
  const scored = [...measures, ...coverage]
  const columns = scored.map((): number[] => [])
  const queries: string[] = []
  const isMissing: boolean[] = []
  let unjudged = 0
  for await (const each of scoreQueries(results, grades, scored, options, () => (unjudged += 1))) {
    queries.push(each.query)
    isMissing.push(each.isMissing)
    each.values.forEach((value, index) => columns[index]?.push(value))
  }
  const found = queries.length - isMissing.filter(Boolean).length
  return {
    ...figuresOf(measures, columns),
    queries: queries.length,
    missingQueries: grades.size - found,
    unjudgedQueries: unjudged,
    queriesWithoutRelevant: queries.filter((query) => !hasRelevant(grades, query, options.relevanceLevel)).length,
    judged: Object.fromEntries(
      coverage.map(({ at }, index) => [
        String(at ?? 'all'),
        meanWhere(columns[measures.length + index] ?? [], isMissing),
      ]),
    ),
    perQuery: Object.fromEntries(
      queries.map((query, row) => [
        query,
        Object.fromEntries(measures.map(({ name }, column) => [name, columns[column]?.[row] as number])),
      ]),
    ),
  }
}

function figuresOf(measures: readonly Measure[], columns: number[][]): Pick<Evaluation, 'measures' | 'intervals'> {
  const means = measures.map((measure, index) => ({ measure, values: columns[index] as number[] }))
  const ofMeans = means.filter(({ measure }) => measure.family.combine === 'mean')
  const intervals = intervalsOfMeans(ofMeans.map(({ values }) => values))
  return {
    measures: Object.fromEntries(means.map(({ measure, values }) => [measure.name, combine(measure, values)])),
    intervals: Object.fromEntries(
      ofMeans.flatMap(({ measure }, index) => {
        const interval = intervals[index]
        return interval === undefined ? [] : [[measure.name, interval]]
      }),
    ),
  }
}

const hasRelevant = (grades: Grades, query: string, level = 1) =>
  grades
    .get(query)
    ?.values()
    .some((grade) => grade >= level) ?? false

/** Averages over the queries with results; the others have nothing that could be judged. */
function meanWhere(values: number[], isMissing: boolean[]): number {
  const found = values.filter((_value, index) => isMissing[index] !== true)
  return meanOf(found)
}

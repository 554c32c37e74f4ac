// Scores rankings: a value of each measure for each query, and from those one number over all queries.
import type { Grades } from '../collections/collection.ts'
import type { Measure } from './measures/measure.ts'
import { judgedQuery, rankingOf, type Ranking } from './ranking.ts'
import { ranked, type QueryResults, type ScorePrecision } from './ranked.ts'

/** The values of one query, in the order of the measures. */
export interface QueryValues {
  query: string
  values: number[]
}

/** @see scoreQueries */
export interface ScoredQuery extends QueryValues {
  /** Whether the results lack the query, or have no document for it. */
  isMissing: boolean
}

export interface ScoreOptions {
  /** How many documents of each query count, best first (trec_eval -M); all if undefined. */
  depth?: number | undefined
  /** `zero`, the default: a judged query without results counts as one that found nothing (trec_eval -c). `skip`: it does not count. */
  missingQueries?: MissingQueries | undefined
  scorePrecision?: ScorePrecision | undefined
  /** Skips a document with the same id as its query. Default false. */
  ignoreIdenticalIds?: boolean | undefined
}

export const MISSING_QUERIES = ['zero', 'skip'] as const
type MissingQueries = (typeof MISSING_QUERIES)[number]

/**
 * Yields the values of each judged query, in the order of the results, then those of the judged queries without results. An empty list of
 * results counts as no results. Queries without judgements are skipped; `onUnjudged` counts them.
 */
export async function* scoreQueries(
  results: AsyncIterable<QueryResults> | Iterable<QueryResults>,
  grades: Grades,
  measures: readonly Measure[],
  options: ScoreOptions = {},
  onUnjudged?: (query: string) => void,
): AsyncGenerator<ScoredQuery> {
  const seen = new Set<string>()
  for await (const each of results) {
    const judged = grades.get(each.query)
    if (judged === undefined) {
      onUnjudged?.(each.query)
      continue
    }
    const documents = rankedDocuments(each, options)
    // Nothing was found. A run file has no line for such a query, and both must give the same result.
    if (documents.length === 0) continue
    seen.add(each.query)
    yield {
      query: each.query,
      values: valuesOf(rankingOf(judgedQuery(judged), documents), measures),
      isMissing: false,
    }
  }
  if (options.missingQueries === 'skip') return
  for (const [query, judged] of grades) {
    if (seen.has(query)) continue
    yield { query, values: valuesOf(rankingOf(judgedQuery(judged), []), measures), isMissing: true }
  }
}

function rankedDocuments(results: QueryResults, options: ScoreOptions): string[] {
  const documents = ranked(results, options.scorePrecision)
  const kept =
    options.ignoreIdenticalIds === true ? documents.filter((document) => document !== results.query) : documents
  return options.depth === undefined ? kept : kept.slice(0, options.depth)
}

const valuesOf = (ranking: Ranking, measures: readonly Measure[]) =>
  measures.map(({ family, parameters, at }) => family.valueOf(ranking, parameters, at))

const FLOOR = 0.00001

/** Combines the values of all queries into one number: their mean, sum or geometric mean, depending on the measure; 0 if there are none. */
export function combine({ family }: Measure, values: readonly number[]): number {
  if (values.length === 0) return 0
  if (family.combine === 'geometric-mean') {
    return Math.exp(values.reduce((sum, value) => sum + Math.log(Math.max(value, FLOOR)), 0) / values.length)
  }
  const sum = values.reduce((total, value) => total + value, 0)
  return family.combine === 'sum' ? sum : sum / values.length
}

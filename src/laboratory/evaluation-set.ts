// The test collections of a comparison: opened, checked, and read once, whichever engine evaluates on them.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { contentsOf, type Grades } from '../collections/collection.ts'
import { openCollection, type OpenedCollection } from '../collections/open.ts'
import { UsageError } from '../base/errors.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import { scoreQueries } from '../evaluate/score.ts'
import type { QueryResults } from '../evaluate/ranked.ts'
import type { Results } from '../evaluate/search.ts'
import { everyFault } from './every-fault.ts'
import type { CompareHooks } from './hooks.ts'

export interface EvaluationSet {
  /** For example `scifact test`. */
  name: string
  /** In the order of the values. Judged queries without a text come last and find nothing. */
  queries: { id: string; text: string }[]
  /** How many documents there are. */
  documents: number
  grades: Grades
  ignoresIdenticalIds: boolean
  /** Hash of everything that decides the values. */
  identity: string
  /** Contents of documents that are relevant to any query, by id. */
  relevant: Map<string, string>
}

/** Documents retrieved for a measure without a cutoff. */
const DEPTH = 1000

/** Returns how many documents of a query a measure looks at. */
export const depthOf = ({ family, at }: Measure) => (family.at === 'rank' && at !== undefined ? at : DEPTH)

/** @param paths `DIR` or `DIR:SPLIT` @throws UsageError with the faults of all of them */
export async function openSets(
  paths: readonly string[],
  onWarning?: (sentence: string) => void,
): Promise<OpenedCollection[]> {
  const collections: OpenedCollection[] = []
  await everyFault(paths, async (each) => {
    const [, path, split] = existsSync(each) ? [each, each] : (/^(.*?)(?::([^:/\\]+))?$/.exec(each) ?? [])
    if (!path)
      throw new UsageError(`--eval ${JSON.stringify(each)}: allowed: DIR or DIR:SPLIT, such as data/scifact:test`)
    collections.push(await openCollection(path, { split, onWarning }))
  })
  const names = collections.map(({ name, split }) => `${name} ${split}`)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0) throw new UsageError(`--eval: ${[...new Set(twice)].join(', ')} given twice`)
  return collections
}

/** Returns the files of collections, which must not be overwritten. */
export const filesOf = (collections: readonly OpenedCollection[]) =>
  collections.flatMap(({ qrels, queryFiles, corpus }) => [...qrels, ...queryFiles, ...(corpus.files ?? [])])

/** @throws UsageError when a collection has fewer judged queries than needed */
export function assertQueries(collections: readonly OpenedCollection[], least: number, why: string): void {
  const few = collections.filter(({ grades }) => grades.size < least)
  if (few.length === 0) return
  const each = few.map(
    ({ name, split, grades: { size } }) =>
      `${name} ${split}`.trim() + ` has ${size} judged quer${size === 1 ? 'y' : 'ies'}`,
  )
  throw new UsageError(`--eval: ${each.join(', ')}; allowed: ${least} or more, ${why}`)
}

/**
 * Reads the documents of a collection once.
 * @param take receives each document with its contents; awaited after each batch
 */
export async function readCollection(
  { name, split, corpus, queries, grades, ignoresIdenticalIds }: OpenedCollection,
  { signal, onProgress, onNotice }: CompareHooks,
  take: { document(id: string, contents: string): void; batch?(): Promise<void> } | undefined = undefined,
): Promise<EvaluationSet> {
  const digest = createHash('sha256')
  const judged = new Set(
    [...grades.values()].flatMap((ofQuery) => [...ofQuery].filter(([, grade]) => grade > 0).map(([id]) => id)),
  )
  const relevant = new Map<string, string>()
  let count = 0
  for await (const documents of corpus.documents()) {
    signal?.throwIfAborted()
    for (const document of documents) {
      const contents = contentsOf(document)
      digest.update(JSON.stringify([document.id, contents]))
      take?.document(document.id, contents)
      if (judged.has(document.id)) relevant.set(document.id, contents)
    }
    count += documents.length
    onProgress?.({ what: `reading ${name}`, done: count, total: 0 })
    await take?.batch?.()
  }
  const place = `${name} ${split}`.trim()
  if (relevant.size === 0)
    throw new UsageError(`--eval ${place}: none of its ${judged.size} relevant documents is in the corpus`)
  if (relevant.size < judged.size)
    onNotice?.(`${place}: ${judged.size - relevant.size} of ${judged.size} relevant documents are not in the corpus`)
  const known = new Set(queries.map(({ id }) => id))
  const lost = [...grades.keys()].filter((id) => !known.has(id)).map((id) => ({ id, text: '' }))
  digest.update(JSON.stringify([queries, [...grades].map(([id, ofQuery]) => [id, [...ofQuery]]), ignoresIdenticalIds]))
  return {
    name: place,
    queries: [...queries, ...lost],
    documents: count,
    grades,
    ignoresIdenticalIds,
    identity: digest.digest('hex'),
    relevant,
  }
}

/** How many of the documents found for a query are kept. */
const KEPT = 10

/** A set as it was measured: for each query, in its order, the value and the ids of the first documents. */
export interface MeasuredSet {
  values: number[]
  tops: string[][]
}

/** Measures each query of a set. @param results of any of them, in any order */
export async function measureByQuery(
  results: Results,
  { queries, grades }: EvaluationSet,
  measure: Measure,
): Promise<MeasuredSet> {
  const values = new Map<string, number>()
  const tops = new Map<string, string[]>()
  for await (const scored of scoreQueries(noting(results, tops), grades, [measure])) {
    values.set(scored.query, scored.values[0] as number)
  }
  return { values: queries.map(({ id }) => values.get(id) ?? 0), tops: queries.map(({ id }) => tops.get(id) ?? []) }
}

/** Passes results on and notes their first documents. */
async function* noting(results: Results, tops: Map<string, string[]>): AsyncGenerator<QueryResults> {
  for await (const each of results) {
    tops.set(each.query, each.documents.slice(0, KEPT))
    yield each
  }
}

// The test collections of a comparison as bags of tokens, and the evaluation of an engine's vectors on them, query by query.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { contentsOf, type Grades } from '../collections/collection.ts'
import { openCollection, type OpenedCollection } from '../collections/open.ts'
import { UsageError } from '../base/errors.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import type { QueryResults } from '../evaluate/ranked.ts'
import { scoreQueries } from '../evaluate/score.ts'
import { bestOf } from '../train/development.ts'
import type { Engine } from '../train/engine/engine.ts'
import { GrowingArray } from '../train/growing.ts'
import { WAITING, type Texts } from '../train/texts.ts'
import { everyFault } from './every-fault.ts'
import type { CompareHooks } from './hooks.ts'
import type { Materials } from './materials.ts'

export interface EvaluationSet {
  /** For example `scifact test`. */
  name: string
  /** In the order of the values. Judged queries without a text come last and find nothing. */
  queries: { id: string; text: string }[]
  /** Text numbers of the queries that have a text, and of the documents. */
  bags: Uint32Array
  pool: Uint32Array
  ids: string[]
  grades: Grades
  ignoresIdenticalIds: boolean
  /** Hash of everything that decides the values. */
  identity: string
  /** Contents of documents that are relevant to any query, by id. */
  relevant: Map<string, string>
}

/** Documents retrieved for a measure without a cutoff. */
const DEPTH = 1000

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

/** Adds the documents of all collections to the texts. */
export async function readCollections(
  collections: readonly OpenedCollection[],
  materials: Materials,
  hooks: CompareHooks,
): Promise<EvaluationSet[]> {
  const sets: EvaluationSet[] = []
  for (const collection of collections) sets.push(await readCollection(collection, materials, hooks))
  return sets
}

async function readCollection(
  { name, split, corpus, queries, grades, ignoresIdenticalIds }: OpenedCollection,
  { evalTexts: texts }: Materials,
  hooks: CompareHooks,
): Promise<EvaluationSet> {
  const { signal, onProgress, onNotice } = hooks
  const digest = createHash('sha256')
  const pool = new GrowingArray()
  const ids: string[] = []
  const judged = new Set(
    [...grades.values()].flatMap((ofQuery) => [...ofQuery].filter(([, grade]) => grade > 0).map(([id]) => id)),
  )
  const relevant = new Map<string, string>()
  for await (const documents of corpus.documents()) {
    signal?.throwIfAborted()
    for (const document of documents) {
      const contents = contentsOf(document)
      digest.update(JSON.stringify([document.id, contents]))
      pool.push(texts.add(contents, 'passage'))
      ids.push(document.id)
      if (judged.has(document.id)) relevant.set(document.id, contents)
    }
    onProgress?.({ what: `reading ${name}`, done: ids.length, total: 0 })
    await texts.settle(hooks, WAITING)
  }
  const place = `${name} ${split}`.trim()
  if (relevant.size === 0)
    throw new UsageError(`--eval ${place}: none of its ${judged.size} relevant documents is in the corpus`)
  if (relevant.size < judged.size)
    onNotice?.(`${place}: ${judged.size - relevant.size} of ${judged.size} relevant documents are not in the corpus`)
  const known = new Set(queries.map(({ id }) => id))
  const lost = [...grades.keys()].filter((id) => !known.has(id)).map((id) => ({ id, text: '' }))
  digest.update(JSON.stringify([queries, [...grades].map(([id, ofQuery]) => [id, [...ofQuery]]), ignoresIdenticalIds]))
  const bags = Uint32Array.from(queries, ({ text }) => texts.add(text, 'query'))
  await texts.settle(hooks)
  return {
    name: place,
    queries: [...queries, ...lost],
    bags,
    pool: Uint32Array.from(pool.numbers),
    ids,
    grades,
    ignoresIdenticalIds,
    identity: digest.digest('hex'),
    relevant,
  }
}

/** Returns the value of each query, in the order of the set's queries. */
export async function scoreSet(
  set: EvaluationSet,
  engine: Engine,
  texts: Texts,
  measure: Measure,
  signal?: AbortSignal,
): Promise<number[]> {
  const values: number[] = []
  for await (const {
    values: [value],
  } of scoreQueries(search(set, engine, texts, measure, signal), set.grades, [measure])) {
    values.push(value as number)
  }
  return values
}

async function* search(
  { queries, bags, pool, ids, ignoresIdenticalIds }: EvaluationSet,
  engine: Engine,
  texts: Texts,
  { family, at }: Measure,
  signal?: AbortSignal,
): AsyncGenerator<QueryResults> {
  const depth = family.at === 'rank' && at !== undefined ? at : DEPTH
  const size = engine.capacity.queries
  for (let from = 0; from < bags.length; from += size) {
    await new Promise(setImmediate)
    signal?.throwIfAborted()
    const found = await bestOf(
      engine,
      texts,
      bags.subarray(from, from + size),
      pool,
      ignoresIdenticalIds ? depth + 1 : depth,
    )
    for (const [place, { ordinals, scores }] of found.entries()) {
      const query = (queries[from + place] as { id: string }).id
      const hits = Array.from(ordinals, (ordinal, rank) => ({
        id: ids[ordinal] as string,
        score: scores[rank] as number,
      }))
      const kept = hits.filter(({ id }) => !ignoresIdenticalIds || id !== query).slice(0, depth)
      yield { query, documents: kept.map(({ id }) => id), scores: kept.map(({ score }) => score) }
    }
  }
}

// The test collections of a comparison as bags of tokens, and the evaluation of an engine's vectors on them, query by query.
import type { OpenedCollection } from '../../collections/open.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { QueryResults } from '../../evaluate/ranked.ts'
import { bestOf } from '../../train/development.ts'
import type { Engine } from '../../train/engine/engine.ts'
import { GrowingArray } from '../../train/growing.ts'
import { WAITING, type Texts } from '../../train/texts.ts'
import { depthOf, readCollection, measureByQuery, type EvaluationSet } from '../evaluation-set.ts'
import type { CompareHooks } from '../hooks.ts'
import type { Materials } from './materials.ts'

export interface BagSet extends EvaluationSet {
  /** Text numbers of the queries that have a text, and of the documents. */
  bags: Uint32Array
  pool: Uint32Array
  /** Ids of the documents. */
  ids: string[]
}

/** Adds the documents of all collections to the texts. */
export async function readCollections(
  collections: readonly OpenedCollection[],
  { evalTexts: texts }: Pick<Materials, 'evalTexts'>,
  hooks: CompareHooks,
): Promise<BagSet[]> {
  const sets: BagSet[] = []
  for (const collection of collections) {
    const pool = new GrowingArray()
    const ids: string[] = []
    const set = await readCollection(collection, hooks, {
      document: (id, contents) => {
        pool.push(texts.add(contents, 'passage'))
        ids.push(id)
      },
      batch: () => texts.settle(hooks, WAITING),
    })
    const bags = Uint32Array.from(collection.queries, ({ text }) => texts.add(text, 'query'))
    await texts.settle(hooks)
    sets.push({ ...set, bags, pool: Uint32Array.from(pool.numbers), ids })
  }
  return sets
}

/** Measures each query, in the order of the set's queries. */
export const scoreSet = (set: BagSet, engine: Engine, texts: Texts, measure: Measure, signal?: AbortSignal) =>
  measureByQuery(search(set, engine, texts, depthOf(measure), signal), set, measure)

async function* search(
  { queries, bags, pool, ids, ignoresIdenticalIds }: BagSet,
  engine: Engine,
  texts: Texts,
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<QueryResults> {
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

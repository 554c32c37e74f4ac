// Evaluates the vectors during training: nDCG@10 of queries not used for training, over the passages of the rows.
import { judgedQuery, rankingOf } from '../evaluate/ranking.ts'
import { ndcg } from '../evaluate/measures/ndcg.ts'
import { mix } from '../base/hash.ts'
import { smallest } from '../base/smallest.ts'
import { topOf } from '../search/top.ts'
import { PURPOSE } from './draws.ts'
import type { Engine } from './engine/engine.ts'
import { textOf, type TrainingSet } from './training-set.ts'
import type { Texts } from './texts.ts'

/** Queries with their relevant texts, and the pool of texts to search. All are numbers of texts. */
export interface Development {
  queries: Uint32Array
  /** Grades by text, one map per query. */
  grades: ReadonlyMap<number, number>[]
  pool: Uint32Array
}

const CUTOFF = 10
const MOST_QUERIES = 2000
const MOST_TEXTS = 50_000
const SHARE = 0.1

/** Returns whether the rows of a query are set aside. It depends only on the query, so all rows with the same query are treated alike. */
const isSetAside = (code: number) => mix(code, PURPOSE.development) < SHARE * 2 ** 32

/** Splits the rows into those used for training and those set aside. */
export function splitRows(set: TrainingSet): { train: Uint32Array; aside: Uint32Array } {
  const rows = Uint32Array.from({ length: set.size }, (_, row) => row)
  const isAside = (row: number) => isSetAside(set.texts.codeOf(set.queryOf(row)))
  return { train: rows.filter((row) => !isAside(row)), aside: rows.filter(isAside) }
}

/**
 * Returns the queries of the rows set aside, at most 2,000, with a pool of passages: all of the file, or those of these rows and others up
 * to 50,000. The choice depends only on the texts.
 */
export function developmentOf(set: TrainingSet, aside: Uint32Array): Development {
  const codeOf = (text: number) => mix(set.texts.codeOf(text), PURPOSE.pool)
  const queries = new Set(aside.values().map((row) => set.queryOf(row)))
  const chosen = Uint32Array.from(smallest(queries, MOST_QUERIES, codeOf))
  const grades = Array.from(chosen, (query) => new Map(set.knownPositives(query).map((text) => [text, 1])))
  const isChosen = new Set(chosen)
  const first = new Set<number>()
  for (const row of aside) if (isChosen.has(set.queryOf(row))) for (const text of passagesOf(set, row)) first.add(text)
  const others = new Uint8Array(set.texts.size)
  for (let row = 0; row < set.size; row++) for (const text of passagesOf(set, row)) others[text] = 1
  for (const text of first) others[text] = 0
  const rest = others.keys().filter((text) => others[text] === 1)
  const pool = [...first, ...smallest(rest, MOST_TEXTS - first.size, codeOf)]
  return { queries: chosen, grades, pool: Uint32Array.from(pool).sort() }
}

function* passagesOf(set: TrainingSet, row: number): Generator<number> {
  yield* set.positivesOf(row)
  for (const passage of set.negativesOf(row)) yield textOf(passage)
}

/** Returns the mean nDCG@10 over the queries. */
export async function ndcgAt10({ queries, grades, pool }: Development, engine: Engine, texts: Texts): Promise<number> {
  let sum = 0
  const { capacity } = engine
  for (let from = 0; from < queries.length; from += capacity.queries) {
    await new Promise(setImmediate)
    const some = queries.subarray(from, from + capacity.queries)
    bestOf(engine, texts, some, pool, CUTOFF).forEach(({ ordinals }, at) => {
      const judged = judgedQuery(new Map(Array.from(grades[from + at] ?? [], ([text, grade]) => [String(text), grade])))
      const ranking = rankingOf(
        judged,
        Array.from(ordinals, (ordinal) => String(pool[ordinal])),
      )
      sum += ndcg.valueOf(ranking, { dcg: 'log2' }, CUTOFF)
    })
  }
  return sum / queries.length
}

/** Returns the best texts of a pool for each query, as positions in the pool. @param queries at most the engine's capacity */
export function bestOf(engine: Engine, texts: Texts, queries: Uint32Array, pool: Uint32Array, depth: number) {
  const tops = Array.from(queries, () => topOf(depth))
  const { passages: size } = engine.capacity
  for (let from = 0; from < pool.length; from += size) {
    const some = pool.subarray(from, from + size)
    engine.place(queries.length, some.length, (bag, into, at) =>
      texts.copy((bag < queries.length ? queries[bag] : some[bag - queries.length]) as number, into, at),
    )
    const { values, stride } = engine.score()
    tops.forEach((top, query) => {
      for (let at = 0, place = query * stride; at < some.length; at++, place++) {
        if ((values[place] as number) > top.bar) top.add(from + at, values[place] as number)
      }
    })
  }
  return tops.map((top) => top.ranking())
}

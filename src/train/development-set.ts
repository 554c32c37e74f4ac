// The development queries that choose the epoch: a part of the rows' own, or those of a collection.
import { contentsOf } from '../collections/collection.ts'
import { openCollection, type OpenedCollection } from '../collections/open.ts'
import type { Hooks } from '../base/hooks.ts'
import { UsageError } from '../base/errors.ts'
import { developmentOf, splitRows, type Development } from './development.ts'
import { GrowingArray } from './growing.ts'
import { WAITING } from './texts.ts'
import type { TrainingSet } from './training-set.ts'

/** Description of the development set in the manifest. */
export interface DevelopmentReport {
  from: string
  queries: number
  texts: number
  /** Queries that also occur in rows used for training; a high score on these means little. */
  trainedOn: number
}

export interface DevelopmentSplit {
  /** Numbers of the rows used for training. */
  rows: Uint32Array
  development: Development | undefined
  report: DevelopmentReport | null
}

/** Opens what `--dev DIR:SPLIT` names; reads its judgements now and its documents later. @throws UsageError when it cannot be read */
export async function openDevelopment(
  dev: string | undefined,
  onWarning?: (sentence: string) => void,
): Promise<OpenedCollection | undefined> {
  if (dev === undefined) return undefined
  const [, path, split] = /^(.*?)(?::([^:/\\]+))?$/.exec(dev) ?? []
  if (!path) throw new UsageError(`--dev ${JSON.stringify(dev)}: allowed: DIR:SPLIT, such as data/scifact:dev`)
  return openCollection(path, { split, onWarning })
}

/** Documents of a collection that a reranker orders for each query to choose the epoch. */
export const CANDIDATES = 100

/** Fewer queries cannot tell which epoch is best. */
const LEAST_QUERIES = 10

/** Sets a tenth of the queries aside. If that gives fewer than ten, all rows are used for training and the last epoch counts. */
export function developmentOfRows(set: TrainingSet): DevelopmentSplit {
  const { train, aside } = splitRows(set)
  const queries = new Set(Array.from(aside, (row) => set.queryOf(row)))
  if (queries.size < LEAST_QUERIES || train.length === 0) {
    return { rows: Uint32Array.from([...train, ...aside]).sort(), development: undefined, report: null }
  }
  const development = developmentOf(set, aside)
  const report = { from: 'rows', queries: development.queries.length, texts: development.pool.length, trainedOn: 0 }
  return { rows: train, development, report }
}

/** Adds the documents of a collection to the texts. All rows are used for training. */
export async function developmentOfCollection(
  { name, split, corpus, queries, grades }: OpenedCollection,
  set: TrainingSet,
  hooks: Hooks,
): Promise<DevelopmentSplit> {
  const judged = new Map<string, number>()
  for (const ofQuery of grades.values()) for (const [id, grade] of ofQuery) if (grade > 0) judged.set(id, -1)
  const pool = new GrowingArray()
  for await (const documents of corpus.documents()) {
    hooks.signal?.throwIfAborted()
    for (const document of documents) {
      const text = set.addPassage(contentsOf(document))
      if (judged.has(document.id)) judged.set(document.id, text)
      pool.push(text)
    }
    await set.texts.settle(hooks, WAITING)
  }
  const gradesOf = (id: string) => {
    const found = new Map<number, number>()
    // A relevant document that is not in the corpus counts as one that is never found.
    for (const [document, grade] of grades.get(id) ?? []) {
      const text = judged.get(document) ?? -1
      if (grade > 0) found.set(text < 0 ? -1 - found.size : text, grade)
    }
    return found
  }
  const development = {
    queries: Uint32Array.from(queries, ({ text }) => set.texts.add(text, 'query')),
    grades: queries.map(({ id }) => gradesOf(id)),
    pool: Uint32Array.from(new Set(pool.numbers)),
  }
  await set.texts.settle(hooks)
  const rows = Uint32Array.from({ length: set.size }, (_, row) => row)
  const asked = new Set(rows.values().map((row) => set.queryOf(row)))
  const trainedOn = development.queries.filter((query) => asked.has(query)).length
  const report = { from: `${name} ${split}`, queries: queries.length, texts: development.pool.length, trainedOn }
  return { rows, development, report }
}

// Collects the judgements for the queries of a split from the whole collection, because a passage that is relevant in dev is not a negative
// in train.
import { queriesIn } from '../../collections/queries.ts'
import type { Grades, Query } from '../../collections/collection.ts'
import type { FilesOfEverySplit, OpenedCollection } from '../../collections/open.ts'
import { fold } from '../../likeness/fold.ts'
import { HashTable } from '../../base/hash-table.ts'
import { readJudgements } from '../../rows/judgements.ts'

/** Document id → grade. If judgements differ, the highest. */
type DocumentGrades = ReadonlyMap<string, number>

export interface QueryGrades {
  /** Under the query's own id, in any split. */
  own: DocumentGrades
  /** Under the ids of queries with the same folded text. */
  alike: DocumentGrades
}

const NOTHING: DocumentGrades = new Map()

/**
 * Reads every split once. Memory holds only the judgements of the collection's queries and of queries with the same text, and 24 bytes for
 * each query of the split.
 * @param files the files to read besides the split itself
 */
export async function judgedEverywhere(
  { queries, grades, qrels }: Pick<OpenedCollection, 'queries' | 'grades' | 'qrels'>,
  files: FilesOfEverySplit,
): Promise<(query: Query) => QueryGrades> {
  const alike = await sameQueries(queries, files.queries)
  const own = new Map<string, Map<string, number>>()
  const others = new Map<string, Map<string, number>>()
  const isOurs = new Set(queries.map(({ id }) => id))
  const add = (query: string, document: string, grade: number, isOfSplit: boolean) => {
    if (!isOfSplit && isOurs.has(query)) note(own, query, document, grade)
    for (const folded of alike.get(query) ?? []) note(others, folded, document, grade)
  }
  addAll(grades, alike, add)
  for (const path of files.qrels.filter((each) => !qrels.includes(each))) {
    for await (const judgements of readJudgements(path)) {
      for (const { query, document, grade } of judgements) add(query, document, grade, false)
    }
  }
  return ({ id, text }) => ({
    own: joined(grades.get(id) ?? NOTHING, own.get(id) ?? NOTHING),
    alike: others.size === 0 ? NOTHING : (others.get(fold(text)) ?? NOTHING),
  })
}

/** Returns the folded texts of each query id that equal another id's text. An id may have another text in another file. */
async function sameQueries(queries: readonly Query[], paths: readonly string[]): Promise<Map<string, Set<string>>> {
  const times = new HashTable()
  for (const { text } of queries) times.count(fold(text))
  const texts = new Map(queries.map(({ id, text }) => [id, text]))
  const alike = new Map<string, Set<string>>()
  const add = (id: string, folded: string) => void (alike.get(id) ?? madeIn(alike, id, new Set<string>())).add(folded)
  for (const { id, text } of queries) {
    const folded = fold(text)
    if (times.get(folded) > 1) add(id, folded)
  }
  for (const path of paths) {
    for await (const { id, text } of queriesIn(path)) {
      if (texts.get(id) === text) continue
      const folded = fold(text)
      if (times.get(folded) > 0) add(id, folded)
    }
  }
  return alike
}

type AddGrade = (query: string, document: string, grade: number, isOfSplit: boolean) => void

/** Adds the judgements of the split that also apply to another query. */
function addAll(grades: Grades, alike: ReadonlyMap<string, unknown>, add: AddGrade): void {
  for (const query of alike.keys()) {
    for (const [document, grade] of grades.get(query) ?? NOTHING) add(query, document, grade, true)
  }
}

function note(judged: Map<string, Map<string, number>>, key: string, document: string, grade: number): void {
  const documents = judged.get(key) ?? madeIn(judged, key, new Map<string, number>())
  documents.set(document, Math.max(grade, documents.get(document) ?? grade))
}

function madeIn<T>(map: Map<string, T>, key: string, value: T): T {
  map.set(key, value)
  return value
}

function joined(one: DocumentGrades, other: DocumentGrades): DocumentGrades {
  if (other.size === 0) return one
  const all = new Map(one)
  for (const [document, grade] of other) all.set(document, Math.max(grade, all.get(document) ?? grade))
  return all
}

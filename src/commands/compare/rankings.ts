// The rankings behind the differences of single queries: what each arm found for those that moved most.
import { contentsOf, type Grades } from '../../collections/collection.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { cut } from '../../base/text.ts'
import { meansOver } from '../../statistics/crossed.ts'
import type { Laboratory } from '../../laboratory/laboratory.ts'
import type { TrainedArm } from './differences.ts'
import type { CompareReport, QueryRankings, RankedDocument } from './report.ts'

/** The most queries of a set. */
const SHOWN = 100
/** Columns of a document that are shown. */
const BEGINNING = 240
/** Rounding error of equal values. */
const NOTHING = 1e-12

/** Returns the rankings of the baseline and of an arm with the first seed; none if they were stored without. */
export function rankingsOf(lab: Laboratory, baseline: TrainedArm, arm: TrainedArm): QueryRankings[] {
  const [before, after] = [baseline.units[0]?.tops, arm.units[0]?.tops]
  if (before === undefined || after === undefined) return []
  return lab.sets.flatMap(({ name, queries, grades }, set) => {
    const [was, is] = [baseline, arm].map(({ units }) => meansOver(units.map(({ values }) => values[set] as number[])))
    const moves = queries
      .map(({ id, text }, place) => ({ id, text, place, move: Math.abs((is?.[place] ?? 0) - (was?.[place] ?? 0)) }))
      .filter(({ move }) => move > NOTHING)
      .toSorted((one, other) => other.move - one.move)
    return moves.slice(0, SHOWN).map(({ id, text, place }) => ({
      set: name,
      query: id,
      text,
      before: graded(before[set]?.[place], grades, id),
      after: graded(after[set]?.[place], grades, id),
    }))
  })
}

const graded = (ids: readonly string[] = [], grades: Grades, query: string): RankedDocument[] =>
  ids.map((id) => ({ id, grade: grades.get(query)?.get(id) ?? null }))

/** Reads the beginnings of all documents in the rankings. @param collections in the order of the sets */
export async function documentsIn(
  rankings: CompareReport['rankings'],
  collections: readonly OpenedCollection[],
  { sets }: Laboratory,
): Promise<CompareReport['documents']> {
  const found: CompareReport['documents'] = {}
  for (const [at, { name }] of sets.entries()) {
    const shown = rankings.flatMap(({ queries }) => queries.filter(({ set }) => set === name))
    const wanted = new Set(shown.flatMap(({ before, after }) => [...before, ...after].map(({ id }) => id)))
    found[name] = wanted.size === 0 ? {} : await beginningsOf(wanted, collections[at] as OpenedCollection)
  }
  return found
}

async function beginningsOf(
  wanted: ReadonlySet<string>,
  { corpus }: OpenedCollection,
): Promise<Record<string, string>> {
  const texts = new Map<string, string>()
  for await (const documents of corpus.documents()) {
    for (const document of documents) {
      if (wanted.has(document.id)) texts.set(document.id, cut(contentsOf(document), BEGINNING))
    }
    if (texts.size === wanted.size) break
  }
  return Object.fromEntries(texts)
}

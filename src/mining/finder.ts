// Finds candidates for rows, and scores their positives in the same unit: with the retriever or with a rescorer.
import { contentsOf, type Document, type Query } from '../collections/collection.ts'
import { UsageError } from '../base/errors.ts'
import type { Candidate } from './rules.ts'
import { documentIn, type DocumentStore, type Hit, type Retriever, type Searcher } from '../search/retriever.ts'
import type { Scorer } from '../encoders/scorer.ts'
import type { Spool } from './spool.ts'

/** The part of a row that a search needs. */
export interface MiningQuery {
  query: Query
  positives: readonly QueryPositive[]
}
export interface QueryPositive extends Pick<Document, 'title' | 'text'> {
  /** Its id in the corpus; undefined if it is not in the corpus. */
  document: string | undefined
}

export interface FoundCandidates {
  candidates: Candidate[]
  /** One per positive; undefined if it is not available. */
  positiveScores: (number | undefined)[]
}

export interface FinderParts {
  store: DocumentStore
  retriever: Pick<Retriever, 'identity'>
  searcher: Searcher
  /** Scores the hits again. */
  rescorer?: Scorer | undefined
  spool: Spool
  depth: number
  signal?: AbortSignal | undefined
}

export interface Finder {
  find(rows: readonly MiningQuery[]): Promise<FoundCandidates[]>
  /** Scores documents that were not found, in the unit of the candidates; undefined if a score is not available. */
  scoresOf(query: Query, ids: readonly string[]): Promise<(number | undefined)[]>
}

/** Rows scored at once. */
const RESCORED_AT_ONCE = 8

export function openFinder(parts: FinderParts): Finder {
  return {
    async find(rows) {
      const hits = await search(
        rows.map(({ query }) => query),
        parts,
      )
      const scored = parts.rescorer === undefined ? retrieved : rescored
      return inChunks(rows, RESCORED_AT_ONCE, (row, index) => scored(row, hits[index] as Hit[], parts))
    },
    async scoresOf(query, ids) {
      if (ids.length === 0) return []
      if (parts.rescorer === undefined) return searcherScores(query, ids, parts)
      return rescore(
        query,
        ids.map((id) => contentsIn(parts.store, id)),
        parts.rescorer,
        parts,
      )
    },
  }
}

/** Returns the hits of queries, from the spool if they were searched before. */
async function search(
  queries: Query[],
  { retriever: { identity }, searcher, spool, depth, signal }: FinderParts,
): Promise<Hit[][]> {
  const asked = queries.map(({ text }) => ['hits', identity, depth, text])
  const hits = asked.map((each) => spool.get(each) as [string[], number[]] | undefined)
  const missing = [...queries.keys()].filter((index) => hits[index] === undefined)
  if (missing.length > 0) {
    const found = await searcher.search(
      missing.map((index) => queries[index] as Query),
      depth,
      signal,
    )
    const values = found.map((list): [string[], number[]] => [list.map(({ id }) => id), list.map(({ score }) => score)])
    for (const [place, index] of missing.entries()) hits[index] = values[place]
    spool.put(missing.map((index) => ({ asked: asked[index] as unknown[], value: hits[index] })))
  }
  return hits.map((each) => {
    const [ids, scores] = each as [string[], number[]]
    return ids.map((id, index) => ({ id, score: scores[index] as number }))
  })
}

/** Uses the retriever's own scores. Scores a positive that was not found if the searcher can do that. */
async function retrieved({ query, positives }: MiningQuery, hits: Hit[], parts: FinderParts): Promise<FoundCandidates> {
  const candidates = hits.map(({ id, score }, index) => ({ id, score, rank: index + 1 }))
  const scores = new Map<string, number | undefined>(hits.map(({ id, score }) => [id, score]))
  const unfound = positives.flatMap(({ document }) =>
    document === undefined || scores.has(document) ? [] : [document],
  )
  const more = await searcherScores(query, unfound, parts)
  for (const [index, id] of unfound.entries()) scores.set(id, more[index])
  const positiveScores = positives.map(({ document }) => (document === undefined ? undefined : scores.get(document)))
  return { candidates, positiveScores }
}

async function searcherScores(
  query: Query,
  ids: readonly string[],
  { retriever: { identity }, searcher, spool, signal }: FinderParts,
): Promise<(number | undefined)[]> {
  if (ids.length === 0 || searcher.scoresOf === undefined) return ids.map(() => undefined)
  const asked = ['scores', identity, query.text, ids]
  const before = spool.get(asked) as number[] | undefined
  if (before) return before
  const value = await searcher.scoresOf(query, ids, signal)
  spool.put([{ asked, value }])
  return value
}

/** Uses the rescorer's scores; it can score any text. */
async function rescored({ query, positives }: MiningQuery, hits: Hit[], parts: FinderParts): Promise<FoundCandidates> {
  const texts = [...positives.map(contentsOf), ...hits.map(({ id }) => contentsIn(parts.store, id))]
  const scores = await rescore(query, texts, parts.rescorer as Scorer, parts)
  const candidates = hits.map(({ id }, index) => ({
    id,
    rank: index + 1,
    score: scores[positives.length + index] as number,
  }))
  return { candidates, positiveScores: scores.slice(0, positives.length) }
}

async function rescore(
  { text }: Query,
  passages: string[],
  scorer: Scorer,
  { spool, signal }: FinderParts,
): Promise<number[]> {
  if (passages.length === 0) return []
  const asked = ['rescored', scorer.identity, text, passages]
  const before = spool.get(asked) as number[] | undefined
  if (before) return before
  const value = await scorer.score(text, passages, signal)
  assertScores(value, passages.length, text, scorer)
  spool.put([{ asked, value }])
  return value
}

/** @throws UsageError that names output of a scorer which is not a valid list of scores */
function assertScores(scores: readonly number[], wanted: number, query: string, { name }: Scorer): void {
  const place = `for the query ${JSON.stringify(query)}`
  if (scores.length !== wanted) {
    throw new UsageError(`${name} returned ${scores.length} scores for ${wanted} passages ${place}`)
  }
  const wrong = scores.find((score) => !Number.isFinite(score))
  if (wrong !== undefined)
    throw new UsageError(`${name} returned the score ${wrong} ${place}; allowed: a finite number`)
}

const contentsIn = (store: DocumentStore, id: string) => contentsOf(documentIn(store, id))

async function inChunks<T, R>(items: readonly T[], size: number, work: (item: T, index: number) => Promise<R>) {
  const results: R[] = []
  for (let start = 0; start < items.length; start += size) {
    const chunk = items.slice(start, start + size)
    results.push(...(await Promise.all(chunk.map((item, index) => work(item, start + index)))))
  }
  return results
}

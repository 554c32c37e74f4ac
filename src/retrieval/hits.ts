// From what was found by ordinal to what a searcher answers.
import type { DocumentStore, Hit } from './retriever.ts'
import type { Ranking } from './top.ts'

export function hitsOf(store: DocumentStore, { ordinals, scores }: Ranking): Hit[] {
  return Array.from(ordinals, (ordinal, rank) => ({ id: store.idOf(ordinal), score: scores[rank] as number }))
}

/** Best first; equal scores in the order of the corpus. */
export function sortHits(store: DocumentStore, hits: readonly Hit[]): Hit[] {
  const isTied = new Set(hits.map(({ score }) => score)).size < hits.length
  const ordinals = new Map(isTied ? hits.map(({ id }) => [id, store.ordinalOf(id) ?? Infinity]) : [])
  return hits.toSorted(
    (one, other) => other.score - one.score || (ordinals.get(one.id) ?? 0) - (ordinals.get(other.id) ?? 0),
  )
}

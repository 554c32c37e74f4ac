// Converts between documents by ordinal, as indexes know them, and by id, as in searchers' input and output.
import type { DocumentStore, Hit } from './retriever.ts'
import type { Ranking } from './top.ts'

export function hitsOf(store: DocumentStore, { ordinals, scores }: Ranking): Hit[] {
  return Array.from(ordinals, (ordinal, rank) => ({ id: store.idOf(ordinal), score: scores[rank] as number }))
}

/** Sorts hits, best first; ties in the order of the corpus. */
export function sortHits(store: DocumentStore, hits: readonly Hit[]): Hit[] {
  const isTied = new Set(hits.map(({ score }) => score)).size < hits.length
  const ordinals = new Map(isTied ? hits.map(({ id }) => [id, store.ordinalOf(id) ?? Infinity]) : [])
  return hits.toSorted(
    (one, other) => other.score - one.score || (ordinals.get(one.id) ?? 0) - (ordinals.get(other.id) ?? 0),
  )
}

/** @throws RangeError if the corpus has no such document: an error of the caller */
export function ordinalIn(store: DocumentStore, id: string): number {
  const ordinal = store.ordinalOf(id)
  if (ordinal === undefined) throw new RangeError(`the corpus has no document ${JSON.stringify(id)}`)
  return ordinal
}

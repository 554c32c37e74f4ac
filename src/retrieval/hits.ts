// From what was found by ordinal to what a searcher answers.
import type { DocumentStore, Hit } from './retriever.ts'
import type { Ranking } from './top.ts'

export function hitsOf(store: DocumentStore, { ordinals, scores }: Ranking): Hit[] {
  return Array.from(ordinals, (ordinal, rank) => ({ id: store.idOf(ordinal), score: scores[rank] as number }))
}

// What searches a corpus, as three small interfaces: a retriever is opened over a store of documents and gives a searcher.
import type { Hooks } from '../base/hooks.ts'
import type { Document, Query } from '../collections/collection.ts'

/** The documents of one corpus on disk, in the order of its file; built once for its contents. */
export interface DocumentStore {
  /** SHA-256 of the uncompressed bytes of the corpus, hex. */
  hash: string
  /** Number of documents; their ordinals are 0 to size - 1. */
  size: number
  /** The folder that indexes of this corpus are kept in. */
  folder: string
  idOf(ordinal: number): string
  /** Undefined when the corpus has no such document. */
  ordinalOf(id: string): number | undefined
  /** Undefined when the corpus has no such document. */
  document(id: string): Document | undefined
  /** All documents from an ordinal on, in batches of at most `size`. */
  batches(from?: number, size?: number): Generator<Document[]>
  close(): void
}

/** One document found. A higher score is a better one; scores may be negative. */
export interface Hit {
  /** Document id. */
  id: string
  score: number
}

export interface Searcher {
  /**
   * The best documents of each query, at most `depth`, best first; equal scores in the order of the corpus. Deterministic.
   * Give many queries at once where you can. An empty query finds nothing.
   */
  search(queries: readonly Query[], depth: number, signal?: AbortSignal): Promise<Hit[][]>
  /**
   * The scores that these documents have for a query, in their order, whatever their rank: the very numbers that a search deep
   * enough would give. A document that no search would find scores 0; one that the corpus has not is an error of the caller.
   * Absent where a score says nothing outside its own list, as with reciprocal ranks.
   */
  scoresOf?(query: Query, ids: readonly string[], signal?: AbortSignal): Promise<number[]>
  close(): Promise<void>
}

export interface Retriever {
  /** As the user named it, without credentials: the miner that rows record. */
  name: string
  /** Everything that decides its scores over a given corpus: its settings, or the digest of its weights. */
  identity: string
  /** Whether scores come from ranks alone, as in reciprocal rank fusion: then a share of the positive's says little. */
  scoresAreRanks?: boolean
  /** Builds what it needs over these documents, or takes it up again. */
  open(store: DocumentStore, hooks?: Hooks): Promise<Searcher>
  /** Frees models. */
  close(): Promise<void>
}

/** A document that an index names. @throws Error when the store has it not: they are of the same corpus */
export function documentIn(store: Pick<DocumentStore, 'document'>, id: string): Document {
  const document = store.document(id)
  if (document === undefined) throw new Error(`the index names a document that the corpus has not: ${id}`)
  return document
}

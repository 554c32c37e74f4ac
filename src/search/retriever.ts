// How a corpus is searched, as three small interfaces: a retriever is opened over a store of documents and returns a searcher.
import type { Hooks } from '../base/hooks.ts'
import type { Document, Query } from '../collections/collection.ts'

/** The documents of one corpus on disk, in the order of its file; built once for its contents. */
export interface DocumentStore {
  /** SHA-256 of the uncompressed bytes of the corpus, hex. */
  hash: string
  /** Number of documents; their ordinals are 0 to size - 1. */
  size: number
  /** The folder for the indexes of this corpus. */
  folder: string
  idOf(ordinal: number): string
  /** Returns undefined if the corpus has no such document. */
  ordinalOf(id: string): number | undefined
  /** Returns undefined if the corpus has no such document. */
  document(id: string): Document | undefined
  /** Yields all documents starting at an ordinal, in batches of at most `size`. */
  batches(from?: number, size?: number): Generator<Document[]>
  close(): void
}

/** One document found. A higher score is better; scores may be negative. */
export interface Hit {
  /** Document id. */
  id: string
  score: number
}

export interface Searcher {
  /**
   * Returns the best documents of each query, at most `depth`, best first; ties in the order of the corpus. Deterministic. Many queries in
   * one call are faster. An empty query finds nothing.
   */
  search(queries: readonly Query[], depth: number, signal?: AbortSignal): Promise<Hit[][]>
  /**
   * Returns the scores of these documents for a query, in their order and whatever their rank: exactly the numbers that a deep enough
   * search would give. A document that no search would find scores 0; one that is not in the corpus is an error of the caller. Absent if a
   * score means nothing outside its own list, as with reciprocal ranks.
   */
  scoresOf?(query: Query, ids: readonly string[], signal?: AbortSignal): Promise<number[]>
  close(): Promise<void>
}

export interface Retriever {
  /** As the user named it, without credentials: the miner that rows record. */
  name: string
  /** Everything that determines its scores over a given corpus: its settings, or the digest of its weights. */
  identity: string
  /** Whether scores depend on ranks alone, as in reciprocal rank fusion. A fraction of the positive's score then means little. */
  scoresAreRanks?: boolean
  /** Builds what it needs for these documents, or continues an earlier build. */
  open(store: DocumentStore, hooks?: Hooks): Promise<Searcher>
  /** Frees models. */
  close(): Promise<void>
}

/** Returns a document named by an index. @throws Error if the store lacks it: both belong to the same corpus */
export function documentIn(store: Pick<DocumentStore, 'document'>, id: string): Document {
  const document = store.document(id)
  if (document === undefined) throw new Error(`the index has a document that is not in the corpus: ${id}`)
  return document
}

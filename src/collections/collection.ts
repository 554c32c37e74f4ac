// A test collection as in information retrieval: documents, queries, and judgements of pairs of them.
import { titleAndText } from '../rows/row.ts'

/** A document of a corpus. It may lack a text: it is then indexed by its title, or never found. */
export interface Document {
  /** Unique within its corpus. */
  id: string
  title?: string
  text: string
}

export interface Query {
  /** Unique within its file. */
  id: string
  text: string
}

/** Joins title and text as BEIR does: the text that is indexed, embedded and reranked. */
export function contentsOf({ title = '', text }: Pick<Document, 'title' | 'text'>): string {
  return titleAndText({ title, text })
}

/** Documents in the order of their file, in batches. */
export interface Corpus {
  /** The file, for messages. */
  path: string
  /** All files in order, if plain files alone determine the documents. */
  files?: readonly string[]
  /**
   * @param onBytes receives the uncompressed bytes of the file as they are read
   * @throws UsageError naming file, line and value of lines that are not documents, and of ids with two texts
   */
  documents(onBytes?: (bytes: Buffer) => void): AsyncGenerator<Document[]>
}

/** Judgements of one set of queries: query id → document id → grade. Grades may be 0 or below; a missing pair is not judged. */
export type Grades = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface Collection {
  /** The name of its folder, such as `scifact`. */
  name: string
  corpus: Corpus
  /** The queries with judgements in the split, in the order of their file. */
  queries: Query[]
  grades: Grades
  /** Whether the benchmark skips a document with the same id as the query (ArguAna, Quora, AIR-Bench). */
  ignoresIdenticalIds: boolean
}

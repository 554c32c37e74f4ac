// A test collection as the field has it: documents, queries, and judgements of pairs of them.
import { titleAndText } from '../rows/row.ts'

/** A document of a corpus. One without text is fine: it is indexed by its title, or found by nobody. */
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

/** Title and text as one, as BEIR puts them together: what is indexed, embedded and reranked. */
export function contentsOf({ title = '', text }: Pick<Document, 'title' | 'text'>): string {
  return titleAndText({ title, text })
}

/** Documents in the order of their file, in batches. */
export interface Corpus {
  /** The file, for messages. */
  path: string
  /** Where it consists of plain files and nothing else decides what it yields: all of them, in order. */
  files?: readonly string[]
  /**
   * @param onBytes sees the uncompressed bytes of the file as they are read
   * @throws UsageError naming file, line and value of what is no document, and of an id that stood there before
   */
  documents(onBytes?: (bytes: Buffer) => void): AsyncGenerator<Document[]>
}

/** Judgements of one set of queries: query id → document id → grade. Grades may be 0 or below; a pair that is not in it is not judged. */
export type Grades = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface Collection {
  /** As in `scifact`: the name of its folder. */
  name: string
  corpus: Corpus
  /** The queries that the split has judgements for, in the order of their file. */
  queries: Query[]
  grades: Grades
  /** Whether the benchmark passes over a document that has the id of the query (ArguAna, Quora, AIR-Bench). */
  ignoresIdenticalIds: boolean
}

// A row of training data in memory, whatever file format it came from.

/** A passage's role for its query. `ignored`: neither positive nor negative; not written out. */
export type Label = 'positive' | 'negative' | 'ignored'

/** Where a passage came from: given in the file, mined, or written by a model. */
export type Origin = 'given' | 'mined' | 'generated'

/** How a model wrote a passage. */
interface Generation {
  /** How it was made to fail, such as `entity_shift`; empty if unknown. */
  strategy: string
  /** The text of the requirement that it breaks; empty if unknown. */
  requirement: string
}

export interface Passage {
  /** Unique within its row. Given by the file, else the first 16 hex digits of the SHA-256 of title and text. */
  id: string
  text: string
  title?: string
  label: Label
  origin: Origin
  /** Only for generated passages. */
  generation?: Generation
  /** The retriever's or reranker's score, in the unit of the file. */
  score?: number
}

/** One training example: a query and its passages, positives first, each list in the order of the file. */
export interface Row {
  /** Unique within its file. Given by the file, else the first 16 hex digits of the SHA-256 of the query (`#2`, `#3` if it repeats). */
  id: string
  query: string
  dataset?: string
  /** The instruction before the query, where a format keeps it apart from its columns: the system message of ms-swift. */
  prompt?: string
  passages: Passage[]
  /** Columns without a field of their own. */
  extra?: Record<string, unknown>
}

/** Returns the passages of a row with a label, in row order. */
export function labelled(row: Row, label: Label): Passage[] {
  return row.passages.filter((passage) => passage.label === label)
}

const tables = new WeakMap<Row, Map<string, Passage>>()

/** Returns the passage of a row with an id. The first lookup builds a table, because callers usually look up many. */
export function passageOf(row: Row, id: string): Passage | undefined {
  let table = tables.get(row)
  if (table === undefined) tables.set(row, (table = new Map(row.passages.map((passage) => [passage.id, passage]))))
  return table.get(id)
}

/** Returns whether a row has a passage with a label. */
export function hasLabel(row: Row, label: Label): boolean {
  return row.passages.some((passage) => passage.label === label)
}

/** Returns title and text as one: the text for encoders and rerankers. */
export function titleAndText({ title = '', text }: Pick<Passage, 'title' | 'text'>): string {
  return title === '' ? text : `${title} ${text}`.trim()
}

/** Returns the forms in which a passage may appear in a file: its text, and title and text as one; none if it is blank. */
export function formsOf(passage: Pick<Passage, 'title' | 'text'>): string[] {
  return [...new Set([passage.text, titleAndText(passage)])].filter((form) => form.trim() !== '')
}

/** Returns the passage's content for people: its text, or its title if it has no text. */
export function contentOf(passage: Passage): string {
  return passage.text.trim() === '' ? (passage.title ?? '') : passage.text
}

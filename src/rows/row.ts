// A row of training data as Winnow sees it, whatever file format it came from.

/** What a passage is said to be for its query. `ignored`: neither a positive nor a negative; not written out. */
export type Label = 'positive' | 'negative' | 'ignored'

/** Where a passage came from: the file as given, a miner, or a model that wrote it. */
export type Origin = 'given' | 'mined' | 'generated'

/** How a model came to write a passage. */
interface Generation {
  /** How it was made to fail, as in `entity_shift`. Empty where nothing is said. */
  strategy: string
  /** The text of the requirement that it breaks. Empty where nothing is said. */
  requirement: string
}

export interface Passage {
  /** Unique within its row. Given by the file, else the first 16 hex digits of the SHA-256 of title and text. */
  id: string
  text: string
  title?: string
  label: Label
  origin: Origin
  /** Of a generated passage alone. */
  generation?: Generation
  /** The retriever's or reranker's score, in whatever unit the file has. */
  score?: number
}

/** One training example: a query and its passages, positives first, each list in the order of the file. */
export interface Row {
  /** Unique within its file. Given by the file, else the first 16 hex digits of the SHA-256 of the query (`#2`, `#3` when it repeats). */
  id: string
  query: string
  dataset?: string
  passages: Passage[]
  /** Columns that a row has no field for. */
  extra?: Record<string, unknown>
}

/** The passages of a row that carry a label, in row order. */
export function labelled(row: Row, label: Label): Passage[] {
  return row.passages.filter((passage) => passage.label === label)
}

const tables = new WeakMap<Row, Map<string, Passage>>()

/** The passage of a row with an id; all of them are put into a table at the first question, for who asks for one asks for many. */
export function passageOf(row: Row, id: string): Passage | undefined {
  let table = tables.get(row)
  if (table === undefined) tables.set(row, (table = new Map(row.passages.map((passage) => [passage.id, passage]))))
  return table.get(id)
}

/** Whether a row has a passage with a label. */
export function hasLabel(row: Row, label: Label): boolean {
  return row.passages.some((passage) => passage.label === label)
}

/** Title and text as one: what is embedded and reranked. */
export function titleAndText({ title = '', text }: Pick<Passage, 'title' | 'text'>): string {
  return title === '' ? text : `${title} ${text}`.trim()
}

/** The ways in which a passage may stand in a file: its text, and title and text as one; none where it says nothing. */
export function formsOf(passage: Pick<Passage, 'title' | 'text'>): string[] {
  return [...new Set([passage.text, titleAndText(passage)])].filter((form) => form.trim() !== '')
}

/** What a person would call the passage's content: its text, or its title where it has no text. */
export function contentOf(passage: Passage): string {
  return passage.text.trim() === '' ? (passage.title ?? '') : passage.text
}

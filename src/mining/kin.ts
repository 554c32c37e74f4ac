// Documents that are relevant to the query of a row besides its own positives: by judgements, and in other rows with the same query.
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { contentsOf, type Document } from '../collections/collection.ts'
import type { Reason } from './rules.ts'
import type { DocumentStore } from '../search/retriever.ts'
import { fold } from '../likeness/fold.ts'
import type { KnownPositives } from '../rows/known.ts'
import { contentOf, labelled, type Passage, type Row } from '../rows/row.ts'

type Words = Pick<Document, 'title' | 'text'>
type DocumentGrades = ReadonlyMap<string, number>

export const relevantIn = (judged: DocumentGrades, grade: number) =>
  [...judged].filter(([, each]) => each >= grade).map(([id]) => id)

/** Returns the documents with these ids that have text; judgements may name others. */
export function readable(store: DocumentStore, ids: readonly string[]): Document[] {
  return ids.flatMap((id) => {
    const document = store.document(id)
    return document === undefined || contentsOf(document).trim() === '' ? [] : [document]
  })
}

/** Returns a function that rejects documents which are positives of the same query in other rows. */
export function knownChecker(row: Row, known: KnownPositives): (document: Document) => Reason | undefined {
  return (document) => {
    const passage = { id: document.id, label: 'negative', origin: 'mined' } as const
    const forms = [...new Set([contentOf({ ...passage, ...document }), contentsOf(document)])]
    const passages = forms.map((text): Passage => ({ ...passage, text }))
    return known.knownIn({ ...row, passages }).length > 0 ? 'positives of the same query elsewhere' : undefined
  }
}

/** The texts of the positives of queries that occur in several rows. */
export interface RepeatedPositives {
  /** Records the positives of a row. */
  add(row: Row): void
  /** Returns the positives of all recorded rows with the same query; none if no other row has it. */
  of(row: Row): Words[]
  close(): void
}

/** Keeps them in a private SQLite file that is deleted on close: a few pages of memory, and the texts on disk. */
export function openRepeatedPositives(known: KnownPositives): RepeatedPositives {
  let table: ReturnType<typeof openTable> | undefined
  const isRepeated = (row: Row) => known.rowsAsking(row) > 1
  return {
    add(row) {
      if (!isRepeated(row)) return
      table ??= openTable()
      const query = digestOf(fold(row.query))
      for (const { title = '', text } of labelled(row, 'positive')) {
        table.insert.run(query, digestOf(JSON.stringify([title, text])), title, text)
      }
    },
    of(row) {
      if (table === undefined || !isRepeated(row)) return []
      return table.select.all(digestOf(fold(row.query))) as unknown as Words[]
    },
    close: () => table?.close(),
  }
}

function openTable() {
  const db = new DatabaseSync('')
  db.exec(`
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE positive (place INTEGER PRIMARY KEY, query BLOB NOT NULL, passage BLOB NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL);
    CREATE UNIQUE INDEX by_query ON positive (query, passage);
  `)
  return {
    insert: db.prepare('INSERT OR IGNORE INTO positive (query, passage, title, text) VALUES (?, ?, ?, ?)'),
    select: db.prepare('SELECT title, text FROM positive WHERE query = ? ORDER BY place'),
    close: () => db.close(),
  }
}

const digestOf = (text: string) => hash('sha256', text, 'buffer').subarray(0, 16)

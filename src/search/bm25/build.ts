// Builds the index of a corpus: FTS5 splits the texts and sorts their terms on disk; the lists are then packed for fast reading.
import { rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { contentsOf } from '../../collections/collection.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { DocumentStore } from '../retriever.ts'
import { newDatabase } from '../store/build.ts'
import { postingsWriter } from './postings.ts'
import { prepareDocument, wordTables, type TokenizerName } from './tokenizers.ts'

/** Part of the file's name, so another layout or preparation of texts uses another file. */
export const INDEX_VERSION = 1

/** Lengths per record. */
const LENGTHS = 1 << 20
const SCHEMA = `
  CREATE TABLE about (documents INTEGER NOT NULL, tokens INTEGER NOT NULL);
  CREATE TABLE lengths (first INTEGER PRIMARY KEY, numbers BLOB NOT NULL);
  CREATE TABLE postings (term TEXT PRIMARY KEY, documents INTEGER NOT NULL, list BLOB NOT NULL);
`
/** The amount that FTS5 sorts in memory before it writes. */
const SORT_BYTES = 32 << 20
const BATCH = 1024

/** The most places of a term that are read at once: 8 MB of digits. */
const TOGETHER = 1 << 20

export async function buildIndex(
  path: string,
  store: DocumentStore,
  tokenizer: TokenizerName,
  hooks: Hooks,
  together = TOGETHER,
): Promise<void> {
  const wordsPath = `${path}.words.building`
  const db = newDatabase(path, SCHEMA)
  const words = newDatabase(wordsPath, wordTables(tokenizer))
  try {
    await cutDocuments(words, store, tokenizer, hooks)
    await pack(words, db, store.size, together, hooks)
  } finally {
    words.close()
    db.close()
    rmSync(wordsPath, { force: true })
  }
}

async function cutDocuments(
  words: DatabaseSync,
  store: DocumentStore,
  tokenizer: TokenizerName,
  { signal, onProgress }: Hooks,
): Promise<void> {
  words.exec(`INSERT INTO words (words, rank) VALUES ('hashsize', ${SORT_BYTES}); BEGIN`)
  const insert = words.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
  let done = 0
  for (const documents of store.batches(0, BATCH)) {
    for (const document of documents) insert.run(done++, prepareDocument(tokenizer, contentsOf(document)))
    await turn(signal)
    onProgress?.({ what: 'indexing documents', done, total: store.size })
  }
  words.exec('COMMIT')
}

/** How many places of terms are packed between two checks of the signal. */
const PLACES = 1 << 18

async function pack(
  words: DatabaseSync,
  db: DatabaseSync,
  size: number,
  together: number,
  { signal, onProgress }: Hooks,
): Promise<void> {
  const lengths = new Uint32Array(size)
  const terms = termWriter(db)
  let tokens = 0
  db.exec('BEGIN')
  for (const { term, ordinals } of placesIn(words, together)) {
    for (const ordinal of ordinals) {
      terms.add(term, ordinal)
      lengths[ordinal] = (lengths[ordinal] as number) + 1
      tokens += 1
      if (tokens % PLACES > 0) continue
      await turn(signal)
      onProgress?.({ what: 'packing terms', done: tokens, total: 0 })
    }
  }
  terms.finish()
  const insertLengths = db.prepare('INSERT INTO lengths VALUES (?, ?)')
  for (let first = 0; first < size; first += LENGTHS) {
    insertLengths.run(first, new Uint8Array(lengths.slice(first, first + LENGTHS).buffer))
  }
  db.prepare('INSERT INTO about VALUES (?, ?)').run(size, tokens)
  db.exec('COMMIT')
}

/** The document of each place of each term, sorted by term and document. A term with many places comes in parts. */
type Places = Generator<{ term: string; ordinals: number[] }>

function placesIn(words: DatabaseSync, together: number): Places {
  const { most } = words.prepare('SELECT max(cnt) AS most FROM totals').get() as { most: number | null }
  return (most ?? 0) <= together ? groupedPlaces(words) : singlePlaces(words, together)
}

/** Reads one row per term, which takes a quarter of the time of one row per place. */
function* groupedPlaces(words: DatabaseSync): Places {
  for (const [term, ordinals] of rowsOf<[string, string]>(
    words,
    'SELECT term, json_group_array(doc) FROM terms GROUP BY term',
  )) {
    yield { term, ordinals: JSON.parse(ordinals) as number[] }
  }
}

function* singlePlaces(words: DatabaseSync, together: number): Places {
  const places = rowsOf<[number]>(words, 'SELECT doc FROM terms')
  const next = () => (places.next().value as [number])[0]
  for (const [term, count] of rowsOf<[string, number]>(words, 'SELECT term, cnt FROM totals')) {
    for (let rest = count; rest > 0; rest -= together) {
      yield { term, ordinals: Array.from({ length: Math.min(rest, together) }, next) }
    }
  }
}

function rowsOf<Row>(db: DatabaseSync, sql: string): Iterator<Row> & Iterable<Row> {
  const select = db.prepare(sql)
  select.setReturnArrays(true)
  return select.iterate() as unknown as Iterator<Row> & Iterable<Row>
}

/** Takes the places of terms, sorted by term and document, and writes one list per term. */
function termWriter(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO postings VALUES (?, ?, ?)')
  const postings = postingsWriter()
  let term: string | undefined
  let ordinal = -1
  let count = 0
  const endDocument = () => {
    if (count > 0) postings.add(ordinal, count)
    count = 0
  }
  const endTerm = () => {
    endDocument()
    if (term === undefined) return
    const { list, documents } = postings.take()
    insert.run(term, documents, list)
  }
  return {
    add(nextTerm: string, nextOrdinal: number): void {
      if (nextTerm !== term) {
        endTerm()
        term = nextTerm
      } else if (nextOrdinal !== ordinal) endDocument()
      ordinal = nextOrdinal
      count += 1
    },
    finish: endTerm,
  }
}

/** Yields to other tasks. @throws the signal's reason if it is aborted */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((done) => setImmediate(done))
  signal?.throwIfAborted()
}

// Gives rows that hold only ids the texts of their documents. The documents that the rows name are kept on disk while they are read.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UsageError, writing } from '../base/errors.ts'
import { HashTable } from '../base/hash-table.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { readChunks, textOf, type Line } from '../base/lines.ts'
import { filesOfRows, isFolder } from './containers/files.ts'
import { containerOf } from './containers/kind.ts'
import { readRecordLines } from './containers/lines.ts'
import { readRecords, textIn } from './containers/records.ts'
import { joinedWith, queryIdOf } from './formats/documents.ts'
import type { RowDocument, RowFormat } from './formats/format.ts'
import { baseOf } from './corpus-sink.ts'
import type { Grouping, LineReader } from './grouping.ts'

/**
 * Returns the lines of rows with their documents; undefined if there is no corpus.
 * @param documents path of the corpus; default: the one that the rows name, or that is beside them
 * @throws UsageError if the corpus cannot be read
 */
export async function joinDocuments(
  path: string,
  format: RowFormat,
  documents: string | undefined,
  signal?: AbortSignal,
  source: LineReader = () => readRecordLines(path),
): Promise<Grouping | undefined> {
  const corpora = documents === undefined ? await corporaOf(path) : [documents]
  const { idsOf } = format
  if (corpora.length === 0 || idsOf === undefined) return undefined
  const wanted = new HashTable()
  for await (const lines of source()) {
    signal?.throwIfAborted()
    for (const line of lines) for (const id of idsIn(line, idsOf)) wanted.setIfNew(id, 1)
  }
  const folder = mkdtempSync(join(tmpdir(), 'winnow-documents-'))
  const store = new DocumentTexts(join(folder, 'documents.db'))
  const close = () => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await writing(folder, async () => {
      for (const corpus of corpora) await keepDocuments(corpus, '', wanted, store, signal)
      const queries = format.groupOf === undefined ? [] : besideRows(path, ['queries', 'queries.train'])
      for (const file of queries) await keepDocuments(file, queryIdOf(''), wanted, store, signal)
    })
    return { lines: joinedLines(source, idsOf, store), close }
  } catch (error) {
    close()
    throw error
  }
}

const joinedLines = (source: LineReader, idsOf: (columns: JsonObject) => string[], store: DocumentTexts): LineReader =>
  async function* joined(onBytes) {
    for await (const lines of source()) {
      const read = lines.map((line) => {
        const ids = idsIn(line, idsOf)
        return ids.length === 0 ? line : joinedWith(line, store.of(ids))
      })
      if (onBytes) for (const { bytes } of read) onBytes(bytes)
      yield read
    }
  }

function idsIn(line: Line, idsOf: (columns: JsonObject) => string[]): string[] {
  try {
    const columns: unknown = JSON.parse(textOf(line))
    return isObject(columns) ? idsOf(columns) : []
  } catch {
    return []
  }
}

class DocumentTexts {
  readonly #db: DatabaseSync
  readonly #insert
  readonly #select

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN')
    this.#db.exec('CREATE TABLE documents (id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID')
    this.#insert = this.#db.prepare('INSERT OR IGNORE INTO documents VALUES (?, ?, ?)')
    this.#select = this.#db.prepare('SELECT title, text FROM documents WHERE id = ?')
  }

  /** Returns whether the id is new, or has the same contents. */
  add(id: string, title: string, text: string): boolean {
    if (this.#insert.run(id, title, text).changes > 0) return true
    const before = this.#select.get(id) as { title: string; text: string }
    return before.title === title && before.text === text
  }

  of(ids: readonly string[]): RowDocument[] {
    return ids.flatMap((docid) => {
      const found = this.#select.get(docid) as { title: string; text: string } | undefined
      if (found === undefined) return []
      return [{ docid, ...(found.title !== '' && { title: found.title }), text: found.text }]
    })
  }

  close(): void {
    this.#db.close()
  }
}

const IDS = ['docid', 'query_id', 'qid', '_id', 'id', 'doc_id', 'pid', 'image_filename']
const TEXTS = ['text', 'query', 'document_text', 'contents', 'passage', 'body']
const TABS = { 2: ['id', 'text'], 3: ['id', 'title', 'text'] }

/**
 * Keeps the documents of a corpus that rows name.
 * @param prefix what the rows put before the ids of this corpus
 * @throws UsageError if the file holds no documents, or two of one id
 */
async function keepDocuments(
  corpus: string,
  prefix: string,
  wanted: HashTable,
  store: DocumentTexts,
  signal?: AbortSignal,
): Promise<void> {
  let found = 0
  for (const file of await filesOfRows(corpus)) {
    for await (const records of recordsOf(file)) {
      signal?.throwIfAborted()
      for (const columns of records) {
        const [id, text] = [textIn(columns, IDS), textIn(columns, TEXTS)]
        if (id === undefined || text === undefined) continue
        found += 1
        if (wanted.get(prefix + id) === 0 || store.add(prefix + id, textIn(columns, ['title']) ?? '', text)) continue
        throw new UsageError(`${corpus}: the id ${JSON.stringify(id)} is there twice, with different texts`, {
          hint: 'Keep one of them: which one the rows mean cannot be told.',
        })
      }
    }
  }
  if (found > 0) return
  throw new UsageError(`${corpus}: no documents: none has an id (${IDS.join(', ')}) and a text (${TEXTS.join(', ')})`)
}

async function* recordsOf(file: string): AsyncGenerator<JsonObject[]> {
  const container = await containerOf(file)
  if (container === 'parquet' || container === 'jsonl' || container === 'tsv') {
    const wanted = [...IDS, ...TEXTS, 'title']
    for await (const records of readRecords(file, { tabs: TABS, wanted })) {
      yield records.flatMap((record) => ('columns' in record ? [record.columns] : []))
    }
    return
  }
  for await (const lines of readRecordLines(file)) yield lines.map((line) => JSON.parse(textOf(line)) as JsonObject)
}

/** Returns the corpora that a file of NeMo names, else the one beside the rows. */
export async function corporaOf(path: string): Promise<string[]> {
  const named = isFolder(path) ? [] : await corporaNamedIn(path)
  if (named.length > 0) return named.map((each) => resolve(dirname(path), each))
  return besideRows(path, ['corpus', 'collection'])
}

/** Returns the first file that is beside rows and has one of the names, alone or after that of the rows. */
function besideRows(path: string, names: readonly string[]): string[] {
  const base = baseOf(path)
  const folder = isFolder(path) ? path : dirname(path)
  const places = names.flatMap((name) => [`${base}.${name}`, `${base}-${name}`, join(folder, name)])
  const files = places.flatMap((place) => ENDINGS.map((ending) => place + ending))
  return files.filter((file) => existsSync(file)).slice(0, 1)
}

const ENDINGS = ['.jsonl', '.jsonl.gz', '.jsonl.zst', '.parquet', '.tsv', '']

const HEAD = 1 << 16

async function corporaNamedIn(path: string): Promise<string[]> {
  if (!existsSync(path) || (await containerOf(path)) !== 'json') return []
  let head = ''
  for await (const chunk of readChunks(path)) {
    head += chunk.toString()
    if (head.length >= HEAD) break
  }
  const [, list] = /^\s*\{\s*"corpus"\s*:\s*(\[[^\]]*\]|\{[^}]*\})/.exec(head) ?? []
  if (list === undefined) return []
  const corpora: unknown = JSON.parse(list)
  return (Array.isArray(corpora) ? corpora : [corpora]).flatMap((corpus: unknown) =>
    isObject(corpus) && typeof corpus['path'] === 'string' ? [corpus['path']] : [],
  )
}

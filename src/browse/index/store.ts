// The index on disk: one narrow record for each row, one for each passage that moved or was found, and their words.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { ChangeSummary, RowSummary } from '../api.ts'
import { Postings } from './postings.ts'

const SCHEMA = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE rows (
    number INTEGER PRIMARY KEY, line INTEGER NOT NULL, place INTEGER NOT NULL, bytes INTEGER NOT NULL, id TEXT NOT NULL,
    query TEXT NOT NULL, dataset TEXT, outcome TEXT NOT NULL, code TEXT, reason TEXT, found INTEGER NOT NULL,
    positives INTEGER NOT NULL, negatives INTEGER NOT NULL, disagree INTEGER NOT NULL
  );
  CREATE TABLE changes (row INTEGER NOT NULL, change TEXT NOT NULL);
  CREATE TABLE contents (row INTEGER PRIMARY KEY, line BLOB, evidence BLOB, records BLOB, trial BLOB);
  CREATE TABLE postings (key TEXT PRIMARY KEY, rows BLOB NOT NULL) WITHOUT ROWID;
  CREATE VIRTUAL TABLE words USING fts5(query, passages, reasons, content='', columnsize=0, tokenize='porter unicode61');
`

/** A row as it is stored: its summary, and where its line is. */
export interface IndexedRow {
  number: number
  summary: RowSummary
  /** Of its line in the input; null if the input has no such places, and the line is stored. */
  place: { start: number; bytes: number } | null
  line: Buffer | null
  /** What the method gathered, as JSON; null if it can be had again, or there is none. */
  evidence: string | null
  /** Its lines of the list of changes, as JSON; null if it has none. */
  records: string | null
  /** What another policy would decide by, as JSON; null if none could decide otherwise. */
  trial: string | null
  /** What can be searched besides the query. */
  passages: string
  reasons: string
}

interface RowRecord {
  number: number
  line: number
  place: number
  bytes: number
  id: string
  query: string
  dataset: string | null
  outcome: string
  code: string | null
  reason: string | null
  found: number
  positives: number
  negatives: number
  disagree: number
}

export class IndexStore {
  readonly path: string
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.path = path
    this.#db = new DatabaseSync(path)
    this.#db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000')
  }

  /** Begins an empty index. */
  create(): void {
    this.#db.exec(SCHEMA)
    this.#db.exec('BEGIN')
  }

  /** Completes the index. */
  finish(postings: Postings): void {
    const insert = this.#run('INSERT INTO postings VALUES (?, ?)')
    for (const [key, rows] of postings.stored()) insert.run(key, rows)
    this.#db.exec(
      'CREATE INDEX changes_of_row ON changes (row); CREATE INDEX rows_by_found ON rows (found DESC, number)',
    )
    this.#db.exec('COMMIT')
  }

  insert({ number, summary, place, line, evidence, records, trial, passages, reasons }: IndexedRow): void {
    const { row: id, query, dataset, outcome, reason, falseNegatives, positives, negatives, disagree } = summary
    this.#run('INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      number,
      summary.line,
      place?.start ?? -1,
      place?.bytes ?? 0,
      id,
      query,
      dataset,
      outcome,
      reason?.code ?? null,
      reason?.text ?? null,
      falseNegatives,
      positives,
      negatives,
      disagree ? 1 : 0,
    )
    for (const change of summary.changes)
      this.#run('INSERT INTO changes VALUES (?, ?)').run(number, JSON.stringify(change))
    const contents = [line, evidence, records, trial]
    if (contents.some((each) => each !== null)) {
      this.#run('INSERT INTO contents VALUES (?, ?, ?, ?, ?)').run(number, ...contents.map(packed))
    }
    this.#run('INSERT INTO words (rowid, query, passages, reasons) VALUES (?, ?, ?, ?)').run(
      number,
      query,
      passages,
      reasons,
    )
  }

  setAbout(name: string, value: unknown): void {
    this.#run('INSERT OR REPLACE INTO about VALUES (?, ?)').run(name, JSON.stringify(value))
  }

  /** Returns what was stored under a name; undefined if nothing was, or the file is no index. */
  about(name: string): unknown {
    try {
      const found = this.#run('SELECT value FROM about WHERE name = ?').get(name) as { value: string } | undefined
      return found && JSON.parse(found.value)
    } catch {
      return undefined
    }
  }

  postings(): Postings {
    const postings = new Postings()
    for (const { key, rows } of this.#run('SELECT key, rows FROM postings').iterate() as Iterable<{
      key: string
      rows: Uint8Array
    }>) {
      postings.restore(key, rows)
    }
    return postings
  }

  get rows(): number {
    return (this.#run('SELECT count(*) AS count FROM rows').get() as { count: number }).count
  }

  summary(number: number): RowSummary | undefined {
    const found = this.#run('SELECT * FROM rows WHERE number = ?').get(number) as RowRecord | undefined
    return found && this.#summaryOf(found)
  }

  /** Returns the number of the row of a line. */
  numberAt(line: number): number | undefined {
    // Numbers follow lines, and no number is above its line.
    const found = this.#run('SELECT number FROM rows WHERE number < ? AND line = ? ORDER BY number DESC LIMIT 1').get(
      line,
      line,
    )
    return (found as { number: number } | undefined)?.number
  }

  /** Returns the numbers of all rows, those with the most false negatives first. */
  byFalseNegatives(): Uint32Array {
    return numbersIn(this.#run('SELECT number FROM rows ORDER BY found DESC, number').iterate())
  }

  /** Returns where the line of a row is, or the line itself. */
  lineOf(number: number): { place: { start: number; bytes: number } | null; line: Buffer | null } {
    const found = this.#run('SELECT place, bytes FROM rows WHERE number = ?').get(number) as {
      place: number
      bytes: number
    }
    if (found.place >= 0) return { place: { start: found.place, bytes: found.bytes }, line: null }
    const stored = this.#run('SELECT line FROM contents WHERE row = ?').get(number) as { line: Uint8Array } | undefined
    return { place: null, line: stored ? inflateRawSync(stored.line) : null }
  }

  /** Returns what was gathered about a row, as JSON; null if it is not stored. */
  evidenceOf(number: number): string | null {
    return this.#content(number, 'evidence')
  }

  /** Returns a row's lines of the list of changes. */
  recordsOf(number: number): Record<string, unknown>[] {
    return JSON.parse(this.#content(number, 'records') ?? '[]') as Record<string, unknown>[]
  }

  /** Returns the rows that a policy could decide in more than one way. */
  thatMatter(): Uint32Array {
    return numbersIn(this.#run('SELECT row AS number FROM contents WHERE trial IS NOT NULL ORDER BY row').iterate())
  }

  /** Returns what another policy would decide about a row by, as JSON; null if none could decide otherwise. */
  trialOf(number: number): string | null {
    return this.#content(number, 'trial')
  }

  /** Returns the rows that hold all words of a text, whatever it contains. */
  withWords(text: string): Uint32Array {
    const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
    if (words.length === 0) return new Uint32Array()
    const asked = words.map((word, at) => (at === words.length - 1 ? `"${word}"*` : `"${word}"`)).join(' AND ')
    return numbersIn(this.#run('SELECT rowid AS number FROM words WHERE words MATCH ? ORDER BY rowid').iterate(asked))
  }

  close(): void {
    this.#db.close()
  }

  #content(number: number, column: 'evidence' | 'records' | 'trial'): string | null {
    const found = this.#run(`SELECT ${column} AS content FROM contents WHERE row = ?`).get(number) as
      | { content: Uint8Array | null }
      | undefined
    return found?.content ? inflateRawSync(found.content).toString('utf8') : null
  }

  #summaryOf(record: RowRecord): RowSummary {
    const { number, line, id, query, dataset, outcome, code, reason, found, positives, negatives, disagree } = record
    const changes = this.#run('SELECT change FROM changes WHERE row = ?').all(number) as { change: string }[]
    return {
      line,
      row: id,
      query,
      dataset,
      outcome,
      reason: code === null ? null : { code, text: reason ?? '' },
      falseNegatives: found,
      positives,
      negatives,
      disagree: disagree === 1,
      changes: changes.map(({ change }) => JSON.parse(change) as ChangeSummary),
    }
  }

  #run(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)))
    return statement
  }
}

const packed = (content: string | Buffer | null) => (content === null ? null : deflateRawSync(content, { level: 1 }))

/** Takes the numbers of many rows without an object for each at once. */
function numbersIn(rows: Iterable<unknown>): Uint32Array {
  let numbers = new Uint32Array(1024)
  let count = 0
  for (const row of rows) {
    if (count === numbers.length) {
      const larger = new Uint32Array(count * 2)
      larger.set(numbers)
      numbers = larger
    }
    numbers[count++] = (row as { number: number }).number
  }
  return numbers.slice(0, count)
}

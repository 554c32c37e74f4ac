// Results of searches and rescoring, on disk beside the index of the corpus and keyed by what was asked. Running again after a stop
// resumes, and trying another threshold searches nothing again.
import { hash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { cannotWrite, UsageError, writeFailure } from '../base/errors.ts'

/** Part of the file's name: another layout gets another file. */
const VERSION = 1
const KEY_BYTES = 16
const BUSY_MS = 60_000

export interface Spool {
  /** Returns the result for this question; undefined if it was never asked. */
  get(asked: readonly unknown[]): unknown
  /** Stores results, all or none. */
  put(found: readonly { asked: readonly unknown[]; value: unknown }[]): void
  close(): void
}

/**
 * Opens the spool of a corpus. A question must include everything besides the corpus that the result depends on.
 * @param folder of the indexes of the corpus
 * @throws UsageError when it cannot be opened
 */
export function openSpool(folder: string): Spool {
  const path = join(folder, `found-${VERSION}.db`)
  const db = open(folder, path)
  const select = db.prepare('SELECT value FROM found WHERE key = ?')
  const insert = db.prepare('INSERT OR REPLACE INTO found (key, value) VALUES (?, ?)')
  return {
    get(asked) {
      const row = select.get(keyOf(asked)) as { value: Uint8Array } | undefined
      return row && (JSON.parse(zstdDecompressSync(row.value).toString('utf8')) as unknown)
    },
    put(found) {
      if (found.length === 0) return
      try {
        db.exec('BEGIN IMMEDIATE')
        for (const { asked, value } of found) insert.run(keyOf(asked), zstdCompressSync(JSON.stringify(value)))
        db.exec('COMMIT')
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw cannotWrite(path, error)
      }
    },
    close: () => db.close(),
  }
}

function open(folder: string, path: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true })
    const db = new DatabaseSync(path, { timeout: BUSY_MS })
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS found (place INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL);
      CREATE UNIQUE INDEX IF NOT EXISTS by_key ON found (key);
    `)
    return db
  } catch (error) {
    throw new UsageError(`cannot open the cache of search results ${path}: ${writeFailure(error)}`, {
      hint: 'Delete the file; it will be rebuilt.',
      cause: error,
    })
  }
}

const keyOf = (asked: readonly unknown[]) => hash('sha256', JSON.stringify(asked), 'buffer').subarray(0, KEY_BYTES)

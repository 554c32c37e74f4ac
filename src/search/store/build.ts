// Writes the documents of a corpus into a new SQLite file, in one pass and in bounded memory.
import type { Hooks } from '../../base/hooks.ts'
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Corpus, Document } from '../../collections/collection.ts'
import { UsageError } from '../../base/errors.ts'
import { BLOCK, packBlock } from './blocks.ts'
import type { Fingerprint } from './fingerprint.ts'

/** Part of the file's name, so another layout uses another file. */
export const STORE_VERSION = 1

const SCHEMA = `
  CREATE TABLE about (hash TEXT NOT NULL, size INTEGER NOT NULL);
  CREATE TABLE blocks (first INTEGER PRIMARY KEY, documents BLOB NOT NULL);
  CREATE TABLE ids (ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL);
`

/** Opens a database that is discarded if its build is interrupted, so it has no journal on disk and does not sync. */
export function newDatabase(path: string, schema: string): DatabaseSync {
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; ${schema}`)
  return db
}

/** @throws UsageError if the corpus has changed since `expected` was taken */
export async function buildStore(
  path: string,
  corpus: Corpus,
  expected: Fingerprint,
  { signal, onProgress }: Hooks,
): Promise<void> {
  const db = newDatabase(path, SCHEMA)
  try {
    db.exec('BEGIN')
    const bytes = createHash('sha256')
    const writer = storeWriter(db)
    for await (const documents of corpus.documents((chunk) => bytes.update(chunk))) {
      signal?.throwIfAborted()
      const done = writer.add(documents)
      onProgress?.({ what: 'storing documents', done, total: expected.size })
    }
    const fingerprint = { hash: bytes.digest('hex'), size: writer.finish() }
    if (fingerprint.hash !== expected.hash || fingerprint.size !== expected.size) {
      throw new UsageError(`${corpus.path} changed while it was read`, { hint: 'Run the command again.' })
    }
    db.prepare('INSERT INTO about VALUES (?, ?)').run(fingerprint.hash, fingerprint.size)
    db.exec('CREATE UNIQUE INDEX by_id ON ids (id); COMMIT')
  } finally {
    db.close()
  }
}

function storeWriter(db: DatabaseSync) {
  const insertBlock = db.prepare('INSERT INTO blocks VALUES (?, ?)')
  const insertId = db.prepare('INSERT INTO ids VALUES (?, ?)')
  let size = 0
  let block: Document[] = []
  const flush = () => {
    if (block.length > 0) insertBlock.run(size - block.length, packBlock(block))
    block = []
  }
  return {
    /** Returns how many documents there are so far. */
    add(documents: readonly Document[]): number {
      for (const document of documents) {
        insertId.run(size, document.id)
        size += 1
        if (block.push(document) === BLOCK) flush()
      }
      return size
    },
    finish(): number {
      flush()
      return size
    },
  }
}

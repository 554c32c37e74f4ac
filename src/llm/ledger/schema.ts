// The ledger's tables, as numbered migrations: each runs once, in order, and is never edited afterwards.
import type { DatabaseSync } from 'node:sqlite'
import { UsageError } from '../../base/errors.ts'

const MIGRATIONS = [
  `
  -- What replies have in common, named once.
  CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL, method TEXT NOT NULL, stage TEXT NOT NULL, prompt TEXT NOT NULL, endpoint TEXT NOT NULL,
    UNIQUE (model, method, stage, prompt, endpoint)
  ) STRICT;

  -- One row a completion, in the order of arrival. cost is in billionths of a US dollar, NULL when unknown.
  CREATE TABLE replies (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources,
    run TEXT NOT NULL,
    row TEXT NOT NULL,
    sample INTEGER NOT NULL,
    finish_reason TEXT NOT NULL,
    input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
    cost INTEGER,
    latency_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  -- Sums over replies, kept with every group of them, so that no question of cost reads the table above.
  CREATE TABLE tallies (
    run TEXT NOT NULL, source INTEGER NOT NULL REFERENCES sources,
    replies INTEGER NOT NULL, unpriced INTEGER NOT NULL, cost INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
    PRIMARY KEY (run, source)
  ) STRICT, WITHOUT ROWID;

  -- The narrow index: key of the request to its first reply.
  CREATE TABLE keys (key BLOB PRIMARY KEY, reply INTEGER NOT NULL REFERENCES replies) STRICT, WITHOUT ROWID;

  -- Requests that got no reply in a run, and why. Not replies: they are asked again.
  CREATE TABLE failures (
    key BLOB PRIMARY KEY, run TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, created_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    input_hash TEXT NOT NULL,
    input_path TEXT NOT NULL,
    method TEXT NOT NULL,
    settings TEXT NOT NULL,
    prompts TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    gathered INTEGER NOT NULL,
    -- What may have been billed for calls that gave no reply, in billionths of a US dollar.
    unsettled INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_input ON runs (input_hash);
  `,
  `
  -- Requests being sent, by whom, for which run, and the most that each can cost in billionths of a US dollar.
  CREATE TABLE claims (
    key BLOB PRIMARY KEY, owner INTEGER NOT NULL, run TEXT NOT NULL, amount INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The processes that send them, and when each last said that it lives.
  CREATE TABLE owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL, pid INTEGER NOT NULL, seen_ms INTEGER NOT NULL, knows INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- Which others a process had noticed before it began to write its claims. Now every claim is written.
  ALTER TABLE owners DROP COLUMN knows;
  `,
  `
  -- What replies often say. Never changed: bodies are packed by it. id is its Adler-32, by which a body names it.
  CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

  -- The one by which the replies of the source are packed from now on, NULL before there is one.
  ALTER TABLE sources ADD COLUMN dictionary INTEGER REFERENCES dictionaries;
  `,
]

/** "WINN": marks a database file as a ledger. */
const APPLICATION_ID = 0x57494e4e

/** Brings a ledger to the newest schema. @throws UsageError when a newer Winnow wrote it. */
export function migrate(db: DatabaseSync, path: string): void {
  const version = () => Number((db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version)
  if (version() > MIGRATIONS.length) {
    throw new UsageError(
      `${path}: the ledger has schema ${version()}, but this Winnow supports only ${MIGRATIONS.length}`,
      {
        hint: 'Use the version of Winnow that wrote it, or a newer one.',
      },
    )
  }
  if (version() === MIGRATIONS.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have migrated while this one waited for the lock.
    for (let done = version(); done < MIGRATIONS.length; done++) {
      db.exec(MIGRATIONS[done] as string)
      db.exec(`PRAGMA user_version = ${done + 1}; PRAGMA application_id = ${APPLICATION_ID}`)
    }
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}

/** @throws UsageError when the file is a database of something else. */
export function assertLedger(db: DatabaseSync, path: string): void {
  // One statement: another process may be creating the ledger right now.
  const { id, tables } = db
    .prepare('SELECT application_id AS id, (SELECT count(*) FROM sqlite_schema) AS tables FROM pragma_application_id')
    .get() as { id: number; tables: number }
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return
  throw new UsageError(`${path} is a database, but not a ledger`, { hint: 'Give another file with --ledger.' })
}

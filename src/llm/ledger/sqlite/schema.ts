// The ledger's tables, as numbered migrations: each runs once, in order, and is never edited afterwards.
import { DatabaseSync } from 'node:sqlite'
import { UsageError } from '../../../base/errors.ts'

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
  `
  -- The last reply that was stored before bodies carried checksums; 0 when all do.
  CREATE TABLE unsealed (reply INTEGER NOT NULL) STRICT;
  INSERT INTO unsealed SELECT coalesce(max(id), 0) FROM replies;

  -- The checksum of the row, NULL in rows from before.
  ALTER TABLE sources ADD COLUMN sum INTEGER;
  ALTER TABLE runs ADD COLUMN sum INTEGER;
  ALTER TABLE failures ADD COLUMN sum INTEGER;
  `,
  `
  -- Jobs of batch APIs. owner is the process that collects or submits one; price is JSON. Money is in billionths of a US dollar.
  CREATE TABLE batches (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    provider TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, identity TEXT NOT NULL, price TEXT,
    phase TEXT NOT NULL,
    remote TEXT,
    said TEXT NOT NULL,
    owner INTEGER NOT NULL,
    requests INTEGER NOT NULL, answered INTEGER NOT NULL, failed INTEGER NOT NULL, missing INTEGER NOT NULL,
    bytes INTEGER NOT NULL, tokens INTEGER NOT NULL,
    held INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, submitted_ms INTEGER, ended_ms INTEGER,
    sum INTEGER
  ) STRICT;

  -- The requests that open jobs wait for. about is JSON: where each comes from.
  CREATE TABLE batched (
    key BLOB PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batches, amount INTEGER NOT NULL, about TEXT NOT NULL,
    sum INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX batched_by_batch ON batched (batch, key);

  -- In how many jobs a request has been that has no reply.
  ALTER TABLE failures ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;

  -- The parts of the rows of a run that have been gathered.
  CREATE TABLE shards (
    run TEXT NOT NULL, shards INTEGER NOT NULL, total INTEGER NOT NULL, shard INTEGER NOT NULL, row_count INTEGER NOT NULL,
    PRIMARY KEY (run, shards, total, shard)
  ) STRICT, WITHOUT ROWID;
  `,
]

/** Marks a database file as a ledger: "WINN" in ASCII. */
const APPLICATION_ID = 0x57494e4e

/** Brings a ledger to the newest schema. @throws UsageError if a newer Winnow wrote it, or its tables are not those of a ledger */
export function migrate(db: DatabaseSync, path: string): void {
  if (checkedVersion(db, path) === MIGRATIONS.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have migrated while this one waited for the lock.
    for (let done = checkedVersion(db, path); done < MIGRATIONS.length; done++) {
      db.exec(MIGRATIONS[done] as string)
      db.exec(`PRAGMA user_version = ${done + 1}; PRAGMA application_id = ${APPLICATION_ID}`)
    }
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** @throws UsageError if the ledger has an older schema: what may not be written cannot be migrated */
export function assertNewest(db: DatabaseSync, path: string): void {
  const version = checkedVersion(db, path)
  if (version === MIGRATIONS.length) return
  throw new UsageError(
    `the ledger ${path} has schema ${version}; it has to be brought to schema ${MIGRATIONS.length}, and may not be written`,
    { hint: 'Copy it to where it may be written, and name the copy.' },
  )
}

/** Returns the schema of a ledger, 0 for an empty database. @throws UsageError if its tables do not fit, or a newer Winnow wrote it */
function checkedVersion(db: DatabaseSync, path: string): number {
  // One statement: another process may be migrating right now.
  const { version, tables } = db.prepare(SHAPE).get() as { version: number; tables: string | null }
  const shapes = (known ??= allShapes())
  const actual = shapes.indexOf(tables ?? '')
  if (version === actual) return version
  const allowed = `this Winnow reads schemas 1 to ${MIGRATIONS.length}`
  const salvage = `Take a copy from before, or let winnow ledger ${path} --salvage copy everything sound into a new file.`
  if (version > MIGRATIONS.length) {
    throw new UsageError(`${path}: the ledger has schema ${version}; ${allowed}`, {
      hint: `Use the Winnow that wrote it, or a newer one. If this is the newest, the header is damaged. ${salvage}`,
    })
  }
  if (actual > 0) {
    throw new UsageError(
      `the header of the ledger ${path} is damaged: it says schema ${version}, and the tables are those of schema ${actual}; ${allowed}`,
      { hint: salvage },
    )
  }
  const wanted = tablesIn(shapes[version] ?? (shapes.at(-1) as string))
  const missing = wanted.filter((table) => !tablesIn(tables ?? '').includes(table))
  const what = missing.length > 0 ? `lacks ${missing.join(', ')}` : 'has other tables than Winnow makes'
  throw new UsageError(`the ledger ${path} is damaged: its schema ${version} ${what}; ${allowed}`, { hint: salvage })
}

/** The tables with their columns as one text, and the version that the header says. */
const SHAPE = `
  SELECT user_version AS version, (
    SELECT group_concat(name || '(' || columns || ')', ' ') FROM (
      SELECT name, (SELECT group_concat(name) FROM pragma_table_info(t.name)) AS columns
      FROM sqlite_schema t WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name
    )
  ) AS tables FROM pragma_user_version`

/** By version. */
let known: string[] | undefined

function allShapes(): string[] {
  const db = new DatabaseSync(':memory:')
  const shapeNow = () => (db.prepare(SHAPE).get() as { tables: string | null }).tables ?? ''
  const shapes = [shapeNow()]
  for (const migration of MIGRATIONS) {
    db.exec(migration)
    shapes.push(shapeNow())
  }
  db.close()
  return shapes
}

const tablesIn = (shape: string) => [...shape.matchAll(/(\w+)\(/g)].map(([, name]) => name as string)

/** Returns the tables and indexes whose declaration is not the one that Winnow makes. */
export function strangeDeclarations(db: DatabaseSync): string[] {
  const declared = (from: DatabaseSync) =>
    from
      .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
      .map(({ name, sql }) => [String(name), String(sql)] as const)
  const model = new DatabaseSync(':memory:')
  createNewest(model)
  const expected = new Map(declared(model))
  model.close()
  const actual = new Map(declared(db))
  return [...new Set([...expected.keys(), ...actual.keys()])].filter((name) => actual.get(name) !== expected.get(name))
}

/** Makes the tables of the newest schema in an empty database. */
export function createNewest(db: DatabaseSync): void {
  for (const migration of MIGRATIONS) db.exec(migration)
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}; PRAGMA application_id = ${APPLICATION_ID}`)
}

/** @throws UsageError if the file is a database of another program */
export function assertLedger(db: DatabaseSync, path: string): void {
  // One statement: another process may be creating the ledger right now.
  const { id, tables } = db
    .prepare('SELECT application_id AS id, (SELECT count(*) FROM sqlite_schema) AS tables FROM pragma_application_id')
    .get() as { id: number; tables: number }
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return
  throw new UsageError(`${path} is a database, but not a ledger`, { hint: 'Give another file with --ledger.' })
}

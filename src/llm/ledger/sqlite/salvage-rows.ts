// Copies the sound rows of the tables of a damaged ledger whose rows carry checksums.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { sumExpression, type SummedTable } from './checksum.ts'
import { walk } from './walk.ts'

type Row = Record<string, unknown>
type Read = (low: number, high: number) => Iterable<unknown>

/** Ids of rows that are searched for if the highest one cannot be read. */
const MOST_ROWS = 10_000

export const count = (db: DatabaseSync, sql: string) => Number((db.prepare(sql).get() as { many: number }).many)

/** Returns the number that a query gives, or `otherwise` if it cannot be read. */
export function numberFrom(db: DatabaseSync, sql: string, otherwise: number): number {
  try {
    const { many } = db.prepare(sql).get() as { many: number | null }
    return many ?? 0
  } catch {
    return otherwise
  }
}

/** Whether a table can be used at all. */
export function isThere(db: DatabaseSync, table: string): boolean {
  try {
    return db.prepare(`SELECT 1 FROM pragma_table_info('${table}') LIMIT 1`).get() !== undefined
  } catch {
    return false
  }
}

/** Inserts a row unless it is there already or its values cannot be stored. Returns whether it is there. */
export function insert(statement: StatementSync, values: readonly unknown[]): boolean {
  try {
    statement.run(...(values as never[]))
    return true
  } catch {
    return false
  }
}

/** Copies the rows of a table that are sound. Returns how many are not; a page that cannot be read counts as one. */
function copySummed(
  source: DatabaseSync,
  table: SummedTable,
  read: { from: string; high: number },
  add: (row: Row) => boolean,
): number {
  if (!isThere(source, table)) return 0
  const statement = source.prepare(`SELECT *, ${sumExpression(table)} AS actual FROM ${table} WHERE ${read.from}`)
  const damaged = new Set<unknown>()
  const isKeyed = read.from === BY_KEY
  const rowsIn: Read = (low, high) => statement.iterate(...(isKeyed ? keyRange(low, high) : [low, high]))
  const lost = walk(isKeyed ? 0 : 1, read.high, (low, high) => {
    for (const row of rowsIn(low, high) as Iterable<Row>) {
      const isSound = row['sum'] === undefined || row['sum'] === null || row['sum'] === row['actual']
      if (!isSound || !add(row))
        damaged.add(String(row['number'] ?? row['id'] ?? Buffer.from(row['key'] as Uint8Array).toString('hex')))
    }
  })
  return damaged.size + (lost.length > 0 ? 1 : 0)
}

const BY_ROWID = 'rowid >= ? AND rowid < ?'
export const highestOf = (db: DatabaseSync, table: string, otherwise = MOST_ROWS) =>
  Math.min(Number.MAX_SAFE_INTEGER - 1, numberFrom(db, `SELECT max(rowid) AS many FROM ${table}`, otherwise)) + 1

export function copySources(source: DatabaseSync, target: DatabaseSync): void {
  const add = target.prepare(
    `INSERT OR IGNORE INTO sources (id, model, method, stage, prompt, endpoint, dictionary)
     VALUES (?, ?, ?, ?, ?, ?, (SELECT id FROM dictionaries WHERE id = ?))`,
  )
  copySummed(source, 'sources', { from: BY_ROWID, high: highestOf(source, 'sources') }, (row) =>
    insert(add, [
      ...['id', 'model', 'method', 'stage', 'prompt', 'endpoint'].map((name) => row[name]),
      row['dictionary'] ?? null,
    ]),
  )
}

export function copyRuns(source: DatabaseSync, target: DatabaseSync): number {
  const names = [
    'id',
    'input_hash',
    'input_path',
    'method',
    'settings',
    'prompts',
    'started_ms',
    'updated_ms',
    'gathered',
    'unsettled',
  ]
  const add = target.prepare(
    `INSERT OR IGNORE INTO runs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  )
  return copySummed(source, 'runs', { from: BY_ROWID, high: highestOf(source, 'runs') }, (row) =>
    insert(
      add,
      names.map((name) => row[name]),
    ),
  )
}

/** Keys are walked by their first three bytes. */
export const KEY_PLACES = 2 ** 24
export const BY_KEY = 'key >= ? AND (key < ?2 OR ?2 IS NULL)'

export function keyRange(low: number, high: number): [Buffer, Buffer | null] {
  const at = (place: number) => {
    const bytes = Buffer.alloc(3)
    bytes.writeUIntBE(place, 0, 3)
    return bytes
  }
  return [low === 0 ? Buffer.alloc(0) : at(low), high >= KEY_PLACES ? null : at(high)]
}

export function copyFailures(source: DatabaseSync, target: DatabaseSync): number {
  const names = ['key', 'run', 'code', 'message', 'created_ms']
  const add = target.prepare(`INSERT OR IGNORE INTO failures (${names.join(', ')}) VALUES (?, ?, ?, ?, ?)`)
  return copySummed(source, 'failures', { from: BY_KEY, high: KEY_PLACES }, (row) =>
    insert(
      add,
      names.map((name) => row[name]),
    ),
  )
}

/** Copies the batch jobs and the requests that they wait for: what is open there is paid for. Returns how many are lost. */
export function copyBatches(source: DatabaseSync, target: DatabaseSync): number {
  const copy = (table: 'batches' | 'batched', read: { from: string; high: number }): number => {
    const names = target
      .prepare(`SELECT * FROM ${table}`)
      .columns()
      .map(({ name }) => name)
    const columns = names.filter((name) => name !== 'sum')
    const places = columns.map(() => '?').join(', ')
    const add = target.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`)
    return copySummed(source, table, read, (row) =>
      insert(
        add,
        columns.map((name) => row[name]),
      ),
    )
  }
  const jobs = copy('batches', { from: BY_ROWID, high: highestOf(source, 'batches') })
  return jobs + copy('batched', { from: BY_KEY, high: KEY_PLACES })
}

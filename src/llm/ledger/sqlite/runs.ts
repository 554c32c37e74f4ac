// The runs in the file of a ledger.
import type { DatabaseSync } from 'node:sqlite'
import type { FinishedShard, RunRecord, Runs, RunSpending, SpentAmong, UnpricedTokens } from '../run-record.ts'
import { writingTo } from './database.ts'

interface Columns {
  id: string
  input_hash: string
  input_path: string
  method: string
  settings: string
  prompts: string
  started_ms: number
  updated_ms: number
  gathered: number
}

export class SqliteRuns implements Runs {
  readonly #db: DatabaseSync
  readonly #path: string

  constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
  }

  async start(run: Omit<RunRecord, 'startedMs' | 'updatedMs' | 'gathered'>): Promise<void> {
    const now = Date.now()
    const statement = this.#db.prepare(
      `INSERT INTO runs (id, input_hash, input_path, method, settings, prompts, started_ms, updated_ms, gathered, unsettled)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)
         ON CONFLICT (id) DO UPDATE SET input_path = excluded.input_path, settings = excluded.settings,
           updated_ms = excluded.updated_ms, gathered = 0`,
    )
    // A run that went to its end begins anew: what failed then is asked again.
    const afresh = this.#db.prepare(
      'UPDATE failures SET attempts = 0 WHERE run = ?1 AND EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND gathered = 1)',
    )
    writingTo(this.#path, () => afresh.run(run.id))
    writingTo(this.#path, () =>
      statement.run(
        run.id,
        run.inputHash,
        run.inputPath,
        run.method,
        JSON.stringify(run.settings),
        JSON.stringify(run.prompts),
        now,
        now,
      ),
    )
  }

  async finishGathering(id: string): Promise<void> {
    const statement = this.#db.prepare('UPDATE runs SET gathered = 1, updated_ms = ? WHERE id = ?')
    writingTo(this.#path, () => statement.run(Date.now(), id))
  }

  async finishShard(id: string, { number, of, total, rows }: FinishedShard): Promise<number> {
    const insert = this.#db.prepare(
      'INSERT OR IGNORE INTO shards (run, shards, total, shard, row_count) VALUES (?, ?, ?, ?, ?)',
    )
    writingTo(this.#path, () => insert.run(id, of, total, number, rows))
    const count = this.#db.prepare('SELECT count(*) AS done FROM shards WHERE run = ? AND shards = ? AND total = ?')
    return (count.get(id, of, total) as { done: number }).done
  }

  async shards(id: string): Promise<FinishedShard[]> {
    const found = this.#db.prepare(
      'SELECT shard AS number, shards AS "of", total, row_count AS rows FROM shards WHERE run = ? ORDER BY total, shards, shard',
    )
    return found.all(id) as unknown as FinishedShard[]
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const found = this.#db.prepare('SELECT * FROM runs WHERE id = ?').get(id)
    return found && toRecord(found as unknown as Columns)
  }

  async hasFailures(id: string): Promise<boolean> {
    return this.#db.prepare('SELECT 1 FROM failures WHERE run = ? LIMIT 1').get(id) !== undefined
  }

  async list(inputHash?: string): Promise<RunRecord[]> {
    const where = inputHash === undefined ? '' : 'WHERE input_hash = ?'
    const statement = this.#db.prepare(`SELECT * FROM runs ${where} ORDER BY updated_ms DESC, id`)
    return (inputHash === undefined ? statement.all() : statement.all(inputHash)).map((found) =>
      toRecord(found as unknown as Columns),
    )
  }

  async unpricedTokens(id: string): Promise<UnpricedTokens[]> {
    return this.#db
      .prepare(
        `SELECT stage, coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
           count(*) - count(input_tokens) AS uncounted
         FROM replies JOIN sources ON sources.id = source WHERE run = ? AND cost IS NULL GROUP BY stage`,
      )
      .all(id) as never
  }

  async lastReply(): Promise<number> {
    return (this.#db.prepare('SELECT coalesce(max(id), 0) AS last FROM replies').get() as { last: number }).last
  }

  async spentAmong(id: string, after: number, until: number): Promise<SpentAmong> {
    return this.#db
      .prepare(
        `SELECT count(*) AS replies, coalesce(sum(cost), 0) AS cost, coalesce(max(created_ms), 0) AS lastMs
         FROM replies WHERE id > ? AND id <= ? AND run = ?`,
      )
      .get(after, until, id) as unknown as SpentAmong
  }

  async spending(id: string): Promise<RunSpending> {
    const spent = this.#db
      .prepare(
        `SELECT coalesce(sum(replies), 0) AS replies, coalesce(sum(cost), 0) AS cost, coalesce(sum(unpriced), 0) AS unpriced
         FROM tallies WHERE run = ?`,
      )
      .get(id) as unknown as Omit<RunSpending, 'unsettled'>
    const run = this.#db.prepare('SELECT unsettled FROM runs WHERE id = ?').get(id) as { unsettled: number } | undefined
    return { ...spent, unsettled: run?.unsettled ?? 0 }
  }
}

function toRecord(columns: Columns): RunRecord {
  return {
    id: columns.id,
    inputHash: columns.input_hash,
    inputPath: columns.input_path,
    method: columns.method,
    settings: JSON.parse(columns.settings) as Record<string, unknown>,
    prompts: JSON.parse(columns.prompts) as string[],
    startedMs: columns.started_ms,
    updatedMs: columns.updated_ms,
    gathered: columns.gathered === 1,
  }
}

// The runs in a ledger: which settings asked about which input.
import type { DatabaseSync } from 'node:sqlite'
import { writingTo } from './database.ts'

/** A run. The same input gathered with the same settings is the same run, however often it is started. */
export interface RunRecord {
  /** `r` and ten hex digits of a hash of input and settings. */
  id: string
  /** SHA-256 of the uncompressed input. */
  inputHash: string
  inputPath: string
  method: string
  /** Everything that decides what is asked, as JSON values. */
  settings: Record<string, unknown>
  /** Prompt ids with versions and the hash of their wording. */
  prompts: string[]
  startedMs: number
  updatedMs: number
  /** Whether every row has been processed. */
  gathered: boolean
}

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

/** What a run has cost so far, over all its starts, in billionths of a US dollar. */
export interface RunSpending {
  replies: number
  cost: number
  /** Replies whose cost is unknown. */
  unpriced: number
  /** What may have been billed for calls without a reply. */
  unsettled: number
}

export class Runs {
  readonly #db: DatabaseSync
  readonly #path: string

  constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
  }

  /** Starts or resumes a run. */
  start(run: Omit<RunRecord, 'startedMs' | 'updatedMs' | 'gathered'>): void {
    const now = Date.now()
    const statement = this.#db.prepare(
      `INSERT INTO runs (id, input_hash, input_path, method, settings, prompts, started_ms, updated_ms, gathered, unsettled)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)
         ON CONFLICT (id) DO UPDATE SET input_path = excluded.input_path, settings = excluded.settings,
           updated_ms = excluded.updated_ms, gathered = 0`,
    )
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

  finishGathering(id: string): void {
    const statement = this.#db.prepare('UPDATE runs SET gathered = 1, updated_ms = ? WHERE id = ?')
    writingTo(this.#path, () => statement.run(Date.now(), id))
  }

  get(id: string): RunRecord | undefined {
    const found = this.#db.prepare('SELECT * FROM runs WHERE id = ?').get(id)
    return found && toRecord(found as unknown as Columns)
  }

  /** Returns the runs over an input, or all runs, the latest first. */
  list(inputHash?: string): RunRecord[] {
    const where = inputHash === undefined ? '' : 'WHERE input_hash = ?'
    const statement = this.#db.prepare(`SELECT * FROM runs ${where} ORDER BY updated_ms DESC, id`)
    return (inputHash === undefined ? statement.all() : statement.all(inputHash)).map((found) =>
      toRecord(found as unknown as Columns),
    )
  }

  /** Returns the tokens of a run's replies whose cost is unknown, by stage. `uncounted` replies came without token counts. */
  unpricedTokens(id: string): { stage: string; input: number; output: number; uncounted: number }[] {
    return this.#db
      .prepare(
        `SELECT stage, coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
           count(*) - count(input_tokens) AS uncounted
         FROM replies JOIN sources ON sources.id = source WHERE run = ? AND cost IS NULL GROUP BY stage`,
      )
      .all(id) as never
  }

  /** Returns the number of the reply that arrived last, of any run; 0 if there is none. */
  lastReply(): number {
    return (this.#db.prepare('SELECT coalesce(max(id), 0) AS last FROM replies').get() as { last: number }).last
  }

  /** Sums up a run's replies after the one of a number, up to that of another. */
  spentAmong(id: string, after: number, until: number): { replies: number; cost: number; lastMs: number } {
    return this.#db
      .prepare(
        `SELECT count(*) AS replies, coalesce(sum(cost), 0) AS cost, coalesce(max(created_ms), 0) AS lastMs
         FROM replies WHERE id > ? AND id <= ? AND run = ?`,
      )
      .get(after, until, id) as { replies: number; cost: number; lastMs: number }
  }

  spending(id: string): RunSpending {
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

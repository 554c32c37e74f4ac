// Writes groups of replies into a ledger, each group in one transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { packBody } from './body.ts'
import type { LedgerEntry } from './ledger.ts'
import { Tallies } from './tallies.ts'

export class Appender {
  readonly #db: DatabaseSync
  readonly #insertReply: StatementSync
  readonly #insertKey: StatementSync
  readonly #deleteFailure: StatementSync
  readonly #sources = new Map<string, number>()

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#insertReply = db.prepare(
      `INSERT INTO replies (source, run, row, sample, finish_reason, input_tokens, output_tokens, cached_tokens,
         reasoning_tokens, cost, latency_ms, created_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#insertKey = db.prepare('INSERT OR IGNORE INTO keys (key, reply) VALUES (?, ?)')
    this.#deleteFailure = db.prepare('DELETE FROM failures WHERE key = ?')
  }

  /** Appends all of a group, or nothing. */
  append(group: LedgerEntry[]): void {
    const bodies = group.map(({ reply }) => packBody(reply))
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const tallies = new Tallies()
      group.forEach((entry, index) => tallies.add(entry, this.#write(entry, bodies[index] as Buffer)))
      tallies.save(this.#db)
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #write({ key, reply, source, run, sample, cost, latencyMs, model, endpoint }: LedgerEntry, body: Buffer): number {
    const { usage } = reply
    const sourceId = this.#sourceId([model, source.method, source.stage, source.prompt, endpoint])
    const { lastInsertRowid } = this.#insertReply.run(
      sourceId,
      run,
      source.row,
      sample,
      reply.finishReason,
      usage?.input ?? null,
      usage?.output ?? null,
      usage?.cached ?? null,
      usage?.reasoning ?? null,
      cost,
      Math.round(latencyMs),
      Date.now(),
      body,
    )
    this.#insertKey.run(key, lastInsertRowid)
    this.#deleteFailure.run(key)
    return sourceId
  }

  #sourceId(columns: string[]): number {
    const name = JSON.stringify(columns)
    const known = this.#sources.get(name)
    if (known !== undefined) return known
    this.#db
      .prepare('INSERT OR IGNORE INTO sources (model, method, stage, prompt, endpoint) VALUES (?, ?, ?, ?, ?)')
      .run(...columns)
    const { id } = this.#db
      .prepare('SELECT id FROM sources WHERE (model, method, stage, prompt, endpoint) = (?, ?, ?, ?, ?)')
      .get(...columns) as { id: number }
    this.#sources.set(name, id)
    return id
  }
}

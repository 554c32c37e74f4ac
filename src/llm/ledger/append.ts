// Writes replies into a ledger, within a transaction of the caller.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { packBody } from './body.ts'
import type { Claims } from './claims.ts'
import type { LedgerEntry } from './entry.ts'
import { Tallies } from './tallies.ts'

export class Appender {
  readonly #db: DatabaseSync
  readonly #claims: Claims
  readonly #insertReply: StatementSync
  readonly #insertKey: StatementSync
  readonly #deleteFailure: StatementSync
  readonly #sources = new Map<string, number>()

  constructor(db: DatabaseSync, claims: Claims) {
    this.#db = db
    this.#claims = claims
    this.#insertReply = db.prepare(
      `INSERT INTO replies (source, run, row, sample, finish_reason, input_tokens, output_tokens, cached_tokens,
         reasoning_tokens, cost, latency_ms, created_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#insertKey = db.prepare('INSERT OR IGNORE INTO keys (key, reply) VALUES (?, ?)')
    this.#deleteFailure = db.prepare('DELETE FROM failures WHERE key = ?')
  }

  /** What takes time and no lock: call it before the transaction begins. */
  static pack(entries: LedgerEntry[]): Buffer[] {
    return entries.map(({ reply }) => packBody(reply))
  }

  /** Appends entries, given their packed bodies. */
  append(entries: LedgerEntry[], bodies: Buffer[]): void {
    const tallies = new Tallies()
    entries.forEach((entry, index) => tallies.add(entry, this.#write(entry, bodies[index] as Buffer)))
    tallies.save(this.#db)
  }

  #write(entry: LedgerEntry, body: Buffer): number {
    const { key, reply, source, run, sample, cost, unsettled, latencyMs, model, endpoint } = entry
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
    this.#claims.remove(key)
    this.#claims.addUnsettled(run, unsettled)
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

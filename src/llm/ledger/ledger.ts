// The ledger: every completion a model returned, addressed by what was asked. Appends are grouped into transactions.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { UsageError, WinnowError, messageOf } from '../../errors.ts'
import type { ChatReply, RequestSource } from '../chat.ts'
import { packBody, unpackBody } from './body.ts'
import { Runs } from './runs.ts'
import { assertLedger, migrate } from './schema.ts'
import { Tallies } from './tallies.ts'

/** A reply on its way into the ledger. */
export interface LedgerEntry {
  /** From `requestKey`. */
  key: Buffer
  reply: ChatReply
  model: string
  endpoint: string
  source: RequestSource
  sample: number
  run: string
  /** Billionths of a US dollar; null when unknown. */
  cost: number | null
  latencyMs: number
}

/** Why a request has no reply, as the last run that sent it saw it. */
export interface Failure {
  code: string
  message: string
  run: string
}

/** A reply found in the ledger, with what it had cost. */
export interface StoredReply extends ChatReply {
  /** Billionths of a US dollar; null when unknown. */
  cost: number | null
}

const GROUP_SIZE = 256
const GROUP_MS = 4
const CACHE_KIB = 16_384

export class Ledger {
  readonly path: string
  readonly db: DatabaseSync
  readonly runs: Runs
  readonly #find: StatementSync
  readonly #findFailure: StatementSync
  readonly #insertReply: StatementSync
  readonly #insertKey: StatementSync
  readonly #insertFailure: StatementSync
  readonly #deleteFailure: StatementSync
  readonly #sources = new Map<string, number>()
  #pending: { entry: LedgerEntry; body: Buffer }[] = []
  #group: Promise<void> | undefined
  #flushNow: (() => void) | undefined

  /** Opens, and where needed creates, the ledger at `path`. Several processes may have it open. */
  constructor(path: string, { mustExist = false } = {}) {
    this.path = path
    this.db = openDatabase(path, mustExist)
    this.runs = new Runs(this.db)
    this.#find = this.db.prepare(
      `SELECT r.finish_reason, r.input_tokens, r.output_tokens, r.cached_tokens, r.reasoning_tokens, r.cost, r.body
       FROM keys k JOIN replies r ON r.id = k.reply WHERE k.key = ?`,
    )
    this.#find.setReturnArrays(true)
    this.#findFailure = this.db.prepare('SELECT code, message, run FROM failures WHERE key = ?')
    this.#insertReply = this.db.prepare(
      `INSERT INTO replies (source, run, row, sample, finish_reason, input_tokens, output_tokens, cached_tokens,
         reasoning_tokens, cost, latency_ms, created_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#insertKey = this.db.prepare('INSERT OR IGNORE INTO keys (key, reply) VALUES (?, ?)')
    this.#insertFailure = this.db.prepare('INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)')
    this.#deleteFailure = this.db.prepare('DELETE FROM failures WHERE key = ?')
  }

  /** The first reply to a request, or undefined. */
  find(key: Buffer): StoredReply | undefined {
    const found = this.#find.get(key) as unknown as
      | [string, number | null, number, number, number, number | null, Uint8Array]
      | undefined
    if (found === undefined) return undefined
    const [finishReason, input, output, cached, reasoning, cost, body] = found
    const reply: StoredReply = { ...unpackBody(body), finishReason, cost }
    if (input !== null) reply.usage = { input, output, cached, reasoning }
    return reply
  }

  /** Appends a reply. Resolves when it is committed. */
  append(entry: LedgerEntry): Promise<void> {
    this.#pending.push({ entry, body: packBody(entry.reply) })
    this.#group ??= new Promise((resolve, reject) => {
      const timer = setTimeout(flush, GROUP_MS)
      const flushPending = () => this.#flush()
      function flush() {
        clearTimeout(timer)
        try {
          flushPending()
          resolve()
        } catch (error) {
          reject(error)
        }
      }
      this.#flushNow = flush
    })
    const group = this.#group
    if (this.#pending.length >= GROUP_SIZE) this.#flushNow?.()
    return group
  }

  /** Notes why a request got no reply. */
  fail(key: Buffer, failure: Failure): void {
    this.#insertFailure.run(key, failure.run, failure.code, failure.message, Date.now())
  }

  failureOf(key: Buffer): Failure | undefined {
    return this.#findFailure.get(key) as Failure | undefined
  }

  /** How many replies a method has, by stage, prompt version and model. */
  repliesOf(method: string): { stage: string; prompt: string; model: string; replies: number }[] {
    return this.db
      .prepare(
        `SELECT stage, prompt, model, sum(replies) AS replies FROM tallies JOIN sources ON sources.id = source
         WHERE method = ? GROUP BY stage, prompt, model ORDER BY min(sources.id)`,
      )
      .all(method) as never
  }

  close(): void {
    this.#flushNow?.()
    this.db.close()
  }

  #flush(): void {
    const pending = this.#pending
    this.#pending = []
    this.#group = undefined
    this.#flushNow = undefined
    try {
      this.db.exec('BEGIN IMMEDIATE')
      const tallies = new Tallies()
      for (const { entry, body } of pending) tallies.add(entry, this.#write(entry, body))
      tallies.save(this.db)
      this.db.exec('COMMIT')
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK')
      throw new WinnowError('ledger', `cannot write to the ledger ${this.path}: ${messageOf(error)}`, {
        cause: error,
        hint: 'Make room or wait for the lock, then run the same command again: it goes on where it stopped.',
      })
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
    this.db
      .prepare('INSERT OR IGNORE INTO sources (model, method, stage, prompt, endpoint) VALUES (?, ?, ?, ?, ?)')
      .run(...columns)
    const { id } = this.db
      .prepare('SELECT id FROM sources WHERE (model, method, stage, prompt, endpoint) = (?, ?, ?, ?, ?)')
      .get(...columns) as { id: number }
    this.#sources.set(name, id)
    return id
  }
}

function openDatabase(path: string, mustExist: boolean): DatabaseSync {
  if (mustExist && !existsSync(path)) {
    throw new UsageError(`there is no ledger at ${path}`, { hint: 'Name the ledger of the run with --ledger FILE.' })
  }
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    const db = new DatabaseSync(path, { timeout: 60_000, enableForeignKeyConstraints: false })
    assertLedger(db, path)
    // WAL with NORMAL survives any kill of the process; only a power cut can lose the last moments.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`)
    migrate(db, path)
    return db
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot open the ledger ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name another file with --ledger.',
    })
  }
}

// The ledger as a file of SQLite. Reads happen here; appends go through a writing thread.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { messageOf, WinnowError } from '../../../base/errors.ts'
import type { ChatReply, Usage } from '../../chat.ts'
import type { unpackBody } from '../body.ts'
import type { Claim, ClaimAnswer, Release } from '../claim.ts'
import { cannotOpen, openDatabase, writingTo } from './database.ts'
import type { LedgerContents } from '../contents.ts'
import type { LedgerEntry } from '../entry.ts'
import type { Failure, Ledger, OpenOptions, Provenance, SourceCount, StoredReply } from '../ledger.ts'
import { SqliteBatches } from './batches.ts'
import { contentsOf } from './inspect.ts'
import { SqliteRuns } from './runs.ts'
import { REPLY_FIELDS, type ReplyFields } from '../seal.ts'
import { StoredBodies } from './stored-bodies.ts'
import { LedgerWriter } from './writer.ts'

export class SqliteLedger implements Ledger {
  readonly path: string
  readonly isRemote = false
  readonly db: DatabaseSync
  readonly runs: SqliteRuns
  readonly batches: SqliteBatches
  readonly #writer: LedgerWriter
  readonly #bodies: StoredBodies
  readonly #find: StatementSync
  readonly #findFailure: StatementSync
  readonly #findClaim: StatementSync
  readonly #insertFailure: StatementSync

  /** Opens or creates the ledger at `path`. Several processes may have it open. Close it when done. */
  constructor(path: string, options: OpenOptions = {}) {
    this.path = path
    this.db = openDatabase(path, options)
    this.#bodies = this.#openBodies()
    this.runs = new SqliteRuns(this.db, path)
    this.#writer = new LedgerWriter(path)
    this.batches = new SqliteBatches(this.db, path, (job) => this.#writer.own(job))
    this.#find = this.db.prepare(`SELECT body, id, ${REPLY_FIELDS} FROM keys JOIN replies ON id = reply WHERE key = ?`)
    this.#find.setReturnArrays(true)
    this.#findFailure = this.db.prepare('SELECT code, message, run FROM failures WHERE key = ?')
    this.#findClaim = this.db.prepare('SELECT 1 FROM claims WHERE key = ?')
    this.#insertFailure = this.db.prepare(
      'INSERT OR REPLACE INTO failures (key, run, code, message, created_ms) VALUES (?, ?, ?, ?, ?)',
    )
  }

  /** Reads from the tables for the first time, so damage may appear here. */
  #openBodies(): StoredBodies {
    try {
      return StoredBodies.of(this.db)
    } catch (error) {
      this.db.close()
      throw cannotOpen(this.path, error)
    }
  }

  async find(keys: readonly Buffer[]): Promise<(StoredReply | undefined)[]> {
    return keys.map((key) => this.#findOne(key))
  }

  #findOne(key: Buffer): StoredReply | undefined {
    const found = this.#read(key)
    if (found === undefined) return undefined
    const [, , , , finishReason, input, output, cached, reasoning, cost] = found.fields
    const reply: StoredReply = { ...found.body, finishReason, cost }
    if (input !== null) reply.usage = { input, output, cached, reasoning } as Usage
    return reply
  }

  async findTexts(keys: readonly Buffer[]): Promise<(ChatReply | undefined)[]> {
    return keys.map((key) => {
      const found = this.#read(key)
      return found && { ...found.body, finishReason: found.fields[4] }
    })
  }

  #read(key: Buffer): { fields: ReplyFields; body: ReturnType<typeof unpackBody> } | undefined {
    try {
      const found = this.#find.get(key) as unknown as [Uint8Array, number, ...ReplyFields] | undefined
      if (found === undefined) return undefined
      const [body, id, ...fields] = found
      return { fields, body: this.#bodies.read(id, fields, body, key) }
    } catch (error) {
      const why = messageOf(error)
      throw new WinnowError(
        'ledger',
        `cannot read the reply ${key.toString('hex')} in the ledger ${this.path}: ${why}`,
        {
          cause: error,
          hint: `winnow ledger ${this.path} --verify says what else is damaged, --salvage copies everything sound into a new file.`,
        },
      )
    }
  }

  async provenanceOf(key: Buffer): Promise<Provenance | undefined> {
    return this.db
      .prepare(
        `SELECT s.model, s.endpoint, r.run, r.created_ms AS createdMs, r.latency_ms AS latencyMs
         FROM keys k JOIN replies r ON r.id = k.reply JOIN sources s ON s.id = r.source WHERE k.key = ?`,
      )
      .get(key) as Provenance | undefined
  }

  startWriting(): void {
    this.#writer.start()
  }

  stopWriting(): Promise<void> {
    return this.#writer.close()
  }

  append(entry: LedgerEntry): Promise<void> {
    return this.#writer.append(entry)
  }

  claim(claim: Claim): Promise<ClaimAnswer> {
    return this.#writer.claim(claim)
  }

  release(release: Release): void {
    this.#writer.release(release)
  }

  settled(): Promise<void> {
    return this.#writer.settled()
  }

  async isClaimed(key: Buffer): Promise<boolean> {
    return this.#findClaim.get(key) !== undefined
  }

  async fail(key: Buffer, failure: Failure): Promise<void> {
    writingTo(this.path, () => this.#insertFailure.run(key, failure.run, failure.code, failure.message, Date.now()))
  }

  async failureOf(key: Buffer): Promise<Failure | undefined> {
    return this.#findFailure.get(key) as Failure | undefined
  }

  async repliesOf(method: string): Promise<SourceCount[]> {
    return this.db
      .prepare(
        `SELECT stage, prompt, model, sum(replies) AS replies FROM tallies JOIN sources ON sources.id = source
         WHERE method = ? GROUP BY stage, prompt, model ORDER BY min(sources.id)`,
      )
      .all(method) as never
  }

  contents(): Promise<LedgerContents> {
    return contentsOf(this)
  }

  async reading<T>(work: () => Promise<T>): Promise<T> {
    this.db.exec('BEGIN')
    try {
      return await work()
    } finally {
      this.db.exec('COMMIT')
    }
  }

  async close(): Promise<void> {
    await this.#writer.close()
    if (this.db.isOpen) this.db.close()
  }
}

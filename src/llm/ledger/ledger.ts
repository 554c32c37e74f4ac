// The ledger: every completion that a model returned, addressed by what was asked. Reads happen here; appends go through a writing thread.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { messageOf, WinnowError } from '../../base/errors.ts'
import type { ChatReply, Usage } from '../chat.ts'
import type { unpackBody } from './body.ts'
import type { Claim, ClaimAnswer, Release } from './claims.ts'
import { cannotOpen, openDatabase, writingTo, type OpenOptions } from './database.ts'
import type { LedgerEntry } from './entry.ts'
import { Runs } from './runs.ts'
import { REPLY_FIELDS, type ReplyFields } from './seal.ts'
import { StoredBodies } from './stored-bodies.ts'
import { LedgerWriter } from './writer.ts'

/** Why a request has no reply, according to the last run that sent it. */
export interface Failure {
  code: string
  message: string
  run: string
}

/** A reply found in the ledger, with its cost. */
export interface StoredReply extends ChatReply {
  /** Billionths of a US dollar; null when unknown. */
  cost: number | null
}

/** Where, when and for which run a reply was given. */
export interface Provenance {
  model: string
  endpoint: string
  /** The run that paid for it; later runs get it free. */
  run: string
  createdMs: number
  latencyMs: number
}

export class Ledger {
  readonly path: string
  readonly db: DatabaseSync
  readonly runs: Runs
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
    this.runs = new Runs(this.db, path)
    this.#writer = new LedgerWriter(path)
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

  /** Returns the first reply to a request, or undefined. @throws WinnowError if it is damaged */
  find(key: Buffer): StoredReply | undefined {
    const found = this.#read(key)
    if (found === undefined) return undefined
    const [, , , , finishReason, input, output, cached, reasoning, cost] = found.fields
    const reply: StoredReply = { ...found.body, finishReason, cost }
    if (input !== null) reply.usage = { input, output, cached, reasoning } as Usage
    return reply
  }

  /** Returns the first reply to a request without token counts and cost, which deciding does not need. @throws WinnowError if it is damaged */
  findText(key: Buffer): ChatReply | undefined {
    const found = this.#read(key)
    return found && { ...found.body, finishReason: found.fields[4] }
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

  /** Returns where the first reply to a request came from, or undefined. Meant for single rows: the statement is prepared each time. */
  provenanceOf(key: Buffer): Provenance | undefined {
    return this.db
      .prepare(
        `SELECT s.model, s.endpoint, r.run, r.created_ms AS createdMs, r.latency_ms AS latencyMs
         FROM keys k JOIN replies r ON r.id = k.reply JOIN sources s ON s.id = r.source WHERE k.key = ?`,
      )
      .get(key) as Provenance | undefined
  }

  /** Starts the writing thread ahead of the first reply. */
  startWriting(): void {
    this.#writer.start()
  }

  /** Appends a reply. Resolves once it is committed. @throws WinnowError if it cannot be written */
  append(entry: LedgerEntry): Promise<void> {
    return this.#writer.append(entry)
  }

  /** Claims a request before it is sent. A granted claim ends with `append` or `release`. @throws WinnowError if it cannot be written */
  claim(claim: Claim): Promise<ClaimAnswer> {
    return this.#writer.claim(claim)
  }

  /** Ends the claim of a request that got no reply. */
  release(release: Release): void {
    this.#writer.release(release)
  }

  /** Resolves once all pending writes are done. */
  settled(): Promise<void> {
    return this.#writer.settled()
  }

  /** Whether a process is sending the request. */
  isClaimed(key: Buffer): boolean {
    return this.#findClaim.get(key) !== undefined
  }

  /** Records why a request got no reply. */
  fail(key: Buffer, failure: Failure): void {
    writingTo(this.path, () => this.#insertFailure.run(key, failure.run, failure.code, failure.message, Date.now()))
  }

  failureOf(key: Buffer): Failure | undefined {
    return this.#findFailure.get(key) as Failure | undefined
  }

  /** Counts the replies of a method by stage, prompt version and model. */
  repliesOf(method: string): { stage: string; prompt: string; model: string; replies: number }[] {
    return this.db
      .prepare(
        `SELECT stage, prompt, model, sum(replies) AS replies FROM tallies JOIN sources ON sources.id = source
         WHERE method = ? GROUP BY stage, prompt, model ORDER BY min(sources.id)`,
      )
      .all(method) as never
  }

  /** Runs work that only reads, on the ledger as it is now, regardless of what is appended meanwhile. */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    this.db.exec('BEGIN')
    try {
      return await work()
    } finally {
      this.db.exec('COMMIT')
    }
  }

  /** Waits for pending appends and closes the file. */
  async close(): Promise<void> {
    await this.#writer.close()
    this.db.close()
  }
}

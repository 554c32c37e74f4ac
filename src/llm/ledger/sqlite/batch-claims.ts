// The requests of batch jobs as claims that outlive their process. Call every method in a transaction of the writing thread.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { JobChange, NewBatch } from '../batch-record.ts'
import type { Claim, ClaimAnswer, Release } from '../claim.ts'
import { lives } from './owners.ts'

interface Place {
  batch: number
  amount: number
}

export class BatchClaims {
  readonly #db: DatabaseSync
  readonly #find: StatementSync
  readonly #givenUp: StatementSync
  readonly #add: StatementSync
  readonly #count: StatementSync
  readonly #remove: StatementSync
  readonly #ends: Record<'answered' | 'failed' | 'missing', StatementSync>
  readonly #fail: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#find = db.prepare('SELECT batch, amount FROM batched WHERE key = ?')
    this.#givenUp = db.prepare(
      `SELECT code, message FROM failures WHERE key = ?
         AND ((run = ? AND (attempts >= ? OR code = 'filtered' AND attempts > 0)) OR code = 'too-long')`,
    )
    this.#add = db.prepare(
      'INSERT INTO batched (key, batch, amount, about) SELECT ?, number, ?, ? FROM batches WHERE id = ?',
    )
    this.#count = db.prepare('UPDATE batches SET requests = requests + 1, held = held + ? WHERE id = ?')
    this.#remove = db.prepare('DELETE FROM batched WHERE key = ?')
    const ending = (end: string) =>
      db.prepare(`UPDATE batches SET ${end} = ${end} + 1, held = held - ? WHERE number = ?`)
    this.#ends = { answered: ending('answered'), failed: ending('failed'), missing: ending('missing') }
    this.#fail = db.prepare(
      `INSERT INTO failures (key, run, code, message, created_ms, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
       ON CONFLICT (key) DO UPDATE SET run = excluded.run, code = excluded.code, message = excluded.message,
         created_ms = excluded.created_ms, attempts = CASE WHEN run = excluded.run THEN attempts ELSE 0 END + ?6`,
    )
  }

  /** @returns false if the job is another process's own */
  own(change: JobChange, owner: number): boolean {
    if ('begin' in change) {
      this.#begin(change.begin, owner)
      return true
    }
    const found = this.#db
      .prepare('SELECT host, pid, seen_ms FROM batches LEFT JOIN owners ON owners.id = owner WHERE batches.id = ?')
      .get(change.takeOver) as { host: string | null; pid: number; seen_ms: number } | undefined
    if (found === undefined || (found.host !== null && lives({ ...found, host: found.host }, Date.now()))) return false
    this.#db.prepare('UPDATE batches SET owner = ? WHERE id = ?').run(owner, change.takeOver)
    return true
  }

  #begin({ id, run, provider, endpoint, model, identity, price }: NewBatch, owner: number): void {
    this.#db
      .prepare(
        `INSERT INTO batches (id, run, provider, endpoint, model, identity, price, phase, said, owner,
           requests, answered, failed, missing, bytes, tokens, held, created_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'collecting', '', ?, 0, 0, 0, 0, 0, 0, 0, ?)`,
      )
      .run(id, run, provider, endpoint, model, identity, price && JSON.stringify(price), owner, Date.now())
  }

  /** Whether an open job waits for the request. */
  isWaitedFor(key: Buffer): boolean {
    return this.#find.get(key) !== undefined
  }

  /** Returns the last failure of a request that has been in as many jobs of its run as it may, was filtered in one, or is too long for its model. */
  givenUp({ key, run, batch }: Claim): { code: string; message: string } | undefined {
    return this.#givenUp.get(key, run, batch?.mostAttempts ?? Infinity) as { code: string; message: string } | undefined
  }

  /** Adds a request to the job that claims it. */
  add({ key, amount, batch }: Claim): ClaimAnswer['state'] & 'granted' {
    const { id, about } = batch as NonNullable<Claim['batch']>
    if (this.#add.run(key, amount, JSON.stringify(about), id).changes !== 1)
      throw new Error(`there is no batch job ${id}`)
    this.#count.run(amount, id)
    return 'granted'
  }

  /** Takes a request that has its reply out of its job. @returns false if no job waited for it */
  answer(key: Buffer): boolean {
    return this.#take(key, 'answered') !== undefined
  }

  /** Takes a request without a reply out of its job. @returns false if that job does not wait for it */
  end(key: Buffer, run: string, { id, end, isAttempt, code, message }: NonNullable<Release['batch']>): boolean {
    const isIts = this.#db.prepare('SELECT 1 FROM batched JOIN batches ON number = batch WHERE key = ? AND id = ?')
    if (isIts.get(key, id) === undefined || this.#take(key, end) === undefined) return false
    this.#fail.run(key, run, code, message, Date.now(), isAttempt ? 1 : 0)
    return true
  }

  #take(key: Buffer, end: 'answered' | 'failed' | 'missing'): Place | undefined {
    const place = this.#find.get(key) as Place | undefined
    if (place === undefined) return undefined
    this.#remove.run(key)
    this.#ends[end].run(place.amount, place.batch)
    return place
  }
}

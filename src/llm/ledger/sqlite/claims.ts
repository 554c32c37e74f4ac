// Records which process is asking what, so that processes that share a ledger pay for a reply once and share one cap.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Claim, ClaimAnswer, Release } from '../claim.ts'
import { BatchClaims } from './batch-claims.ts'
import { HERE } from '../../../base/running.ts'
import { lives, type Owner } from './owners.ts'

export const SAY_ALIVE_EVERY_MS = 2_000

/** The claims of one process, and its registration. Call every method in a transaction. */
export class Claims {
  readonly #db: DatabaseSync
  readonly #isAnswered: StatementSync
  readonly #isClaimed: StatementSync
  readonly #take: StatementSync
  readonly #remove: StatementSync
  readonly #account: StatementSync
  readonly #addUnsettled: StatementSync
  readonly batches: BatchClaims
  /** 0 before the first claim. */
  #id = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#isAnswered = db.prepare('SELECT 1 FROM keys WHERE key = ?')
    this.#isClaimed = db.prepare('SELECT 1 FROM claims WHERE key = ?')
    this.#take = db.prepare('INSERT INTO claims VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING')
    this.#remove = db.prepare('DELETE FROM claims WHERE key = ?')
    this.#addUnsettled = db.prepare('UPDATE runs SET unsettled = unsettled + ? WHERE id = ?')
    this.#account = db.prepare(
      `SELECT (SELECT coalesce(sum(cost), 0) FROM tallies WHERE run = ?1)
         + coalesce((SELECT unsettled FROM runs WHERE id = ?1), 0) AS spent,
         (SELECT coalesce(sum(amount), 0) FROM claims WHERE run = ?1)
         + (SELECT coalesce(sum(held), 0) FROM batches WHERE run = ?1) AS held`,
    )
    this.batches = new BatchClaims(db)
  }

  /** The number of this process among the owners; 0 before it is registered in the ledger. */
  get id(): number {
    return this.#id
  }

  /** Registers this process in the ledger. */
  register(): void {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO owners (host, pid, seen_ms) VALUES (?, ?, ?)')
      .run(HERE, process.pid, Date.now())
    this.#id = Number(lastInsertRowid)
    this.sayAlive()
  }

  take(claim: Claim): ClaimAnswer {
    const { key, run, amount, cap, batch } = claim
    if (this.#isAnswered.get(key) !== undefined) return { state: 'answered' }
    if (this.batches.isWaitedFor(key)) return { state: 'batched' }
    const last = batch && this.batches.givenUp(claim)
    if (last) return { state: 'given-up', ...last }
    if (cap !== undefined) {
      const { spent, held } = this.#account.get(run) as { spent: number; held: number }
      if (spent + held + amount > cap) return { state: 'no-room', spent, held }
    }
    if (batch) return { state: this.#isClaimed.get(key) === undefined ? this.batches.add(claim) : 'elsewhere' }
    return { state: this.#take.run(key, this.#id, run, amount).changes === 1 ? 'granted' : 'elsewhere' }
  }

  /** Ends the claim of a request that has got its reply. */
  remove(key: Buffer): void {
    this.#remove.run(key)
  }

  /** Ends the claim of a request that got no reply. */
  release({ key, run, unsettled, batch }: Release): void {
    if (batch === undefined) this.#remove.run(key)
    else if (!this.batches.end(key, run, batch)) return
    this.addUnsettled(run, unsettled)
  }

  /** Records money that may have been spent without the server saying so. */
  addUnsettled(run: string, amount: number): void {
    if (amount > 0) this.#addUnsettled.run(amount, run)
  }

  /** Reports that this process lives, and ends the claims of dead ones, whose calls in flight may have been billed. */
  sayAlive(): void {
    const now = Date.now()
    this.#db.prepare('UPDATE owners SET seen_ms = ? WHERE id = ?').run(now, this.#id)
    const others = this.#db.prepare('SELECT * FROM owners WHERE id <> ?').all(this.#id) as unknown as Owner[]
    for (const owner of others) if (!lives(owner, now)) this.#bury(owner.id)
  }

  #bury(owner: number): void {
    const held = this.#db
      .prepare('SELECT run, sum(amount) AS amount FROM claims WHERE owner = ? GROUP BY run')
      .all(owner)
    for (const { run, amount } of held) this.addUnsettled(String(run), Number(amount))
    this.#forget(owner)
  }

  /** Removes this process and its claims. */
  withdraw(): void {
    this.#forget(this.#id)
  }

  #forget(owner: number): void {
    this.#db.prepare('DELETE FROM claims WHERE owner = ?').run(owner)
    this.#db.prepare('DELETE FROM owners WHERE id = ?').run(owner)
  }
}

// Records which process is asking what, so that processes that share a ledger pay for a reply once and share one cap.
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isRunning } from '../../../base/running.ts'
import type { Claim, ClaimAnswer, Release } from '../claim.ts'

/** A process that has not reported for this long is considered dead. */
const DEAD_AFTER_MS = 30_000
export const SAY_ALIVE_EVERY_MS = 2_000

interface Owner {
  id: number
  host: string
  pid: number
  seen_ms: number
}

/** The claims of one process, and its registration. Call every method in a transaction. */
export class Claims {
  readonly #db: DatabaseSync
  readonly #host = hostOf()
  readonly #isAnswered: StatementSync
  readonly #take: StatementSync
  readonly #remove: StatementSync
  readonly #account: StatementSync
  readonly #addUnsettled: StatementSync
  /** 0 before the first claim. */
  #id = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#isAnswered = db.prepare('SELECT 1 FROM keys WHERE key = ?')
    this.#take = db.prepare('INSERT INTO claims VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING')
    this.#remove = db.prepare('DELETE FROM claims WHERE key = ?')
    this.#addUnsettled = db.prepare('UPDATE runs SET unsettled = unsettled + ? WHERE id = ?')
    this.#account = db.prepare(
      `SELECT (SELECT coalesce(sum(cost), 0) FROM tallies WHERE run = ?1)
         + coalesce((SELECT unsettled FROM runs WHERE id = ?1), 0) AS spent,
         (SELECT coalesce(sum(amount), 0) FROM claims WHERE run = ?1) AS held`,
    )
  }

  /** Whether this process is registered in the ledger. */
  get isRegistered(): boolean {
    return this.#id > 0
  }

  /** Registers this process in the ledger. */
  register(): void {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO owners (host, pid, seen_ms) VALUES (?, ?, ?)')
      .run(this.#host, process.pid, Date.now())
    this.#id = Number(lastInsertRowid)
    this.sayAlive()
  }

  take({ key, run, amount, cap }: Claim): ClaimAnswer {
    if (this.#isAnswered.get(key) !== undefined) return { state: 'answered' }
    if (cap !== undefined) {
      const { spent, held } = this.#account.get(run) as { spent: number; held: number }
      if (spent + held + amount > cap) return { state: 'no-room', spent, held }
    }
    return { state: this.#take.run(key, this.#id, run, amount).changes === 1 ? 'granted' : 'elsewhere' }
  }

  /** Ends the claim of a request that has got its reply. */
  remove(key: Buffer): void {
    this.#remove.run(key)
  }

  /** Ends the claim of a request that got no reply. */
  release({ key, run, unsettled }: Release): void {
    this.#remove.run(key)
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
    for (const owner of others) if (!this.#lives(owner, now)) this.#bury(owner.id)
  }

  #lives({ host, pid, seen_ms }: Owner, now: number): boolean {
    return now - seen_ms < DEAD_AFTER_MS && (host !== this.#host || isRunning(pid))
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

/** Names the scope of a process id: the machine, and on Linux also the namespace, because containers may share a host name. */
function hostOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

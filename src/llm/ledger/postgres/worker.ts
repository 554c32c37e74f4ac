// This process among the workers of a ledger: it takes a lease, renews it, and ends those of workers that no longer do.
import type { Session } from './session.ts'

/** Reports in the time of a lease: a few may fail. */
const REPORTS = 6

export class Worker {
  readonly #session: Session
  readonly #leaseMs: number
  #id: Promise<number> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(session: Session, leaseMs: number) {
    this.#session = session
    this.#leaseMs = leaseMs
  }

  /** Returns the number of this worker, which takes a lease if it has none. */
  id(): Promise<number> {
    this.#id ??= this.#register()
    this.#id.catch(() => (this.#id = undefined))
    return this.#id
  }

  /** Takes a new lease in place of one that was ended. What was claimed under it may be claimed by others now. */
  async renew(lost: number): Promise<void> {
    if ((await this.#id) !== lost) return
    this.#id = undefined
    const id = await this.id()
    await this.#session.query('UPDATE winnow.batches SET owner = $1 WHERE owner = $2', [id, lost])
  }

  async #register(): Promise<number> {
    const [row] = await this.#session.query<{ id: number }>(
      "INSERT INTO winnow.workers (expires) VALUES (clock_timestamp() + $1 * interval '1 ms') RETURNING id",
      [this.#leaseMs],
    )
    await this.#endOthers()
    this.#timer ??= setInterval(() => void this.#report(), this.#leaseMs / REPORTS).unref()
    return row?.id as number
  }

  async #report(): Promise<void> {
    try {
      const id = await this.#id
      if (id === undefined) return
      const known = await this.#session.query(
        "UPDATE winnow.workers SET expires = clock_timestamp() + $1 * interval '1 ms' WHERE id = $2 AND NOT lost RETURNING id",
        [this.#leaseMs, id],
      )
      await this.#endOthers()
      if (known.length === 0) await this.renew(id)
    } catch {
      // The next group that is written says what is wrong.
    }
  }

  async #endOthers(): Promise<void> {
    await this.#session.query('SELECT winnow.end_leases($1)', [this.#leaseMs])
    await this.#session.query(
      "DELETE FROM winnow.workers WHERE lost AND expires < clock_timestamp() - interval '1 day'",
    )
  }

  /** Ends the lease and the claims under it. */
  async withdraw(): Promise<void> {
    clearInterval(this.#timer)
    const id = await this.#id?.catch(() => undefined)
    if (id === undefined) return
    const ending = ['DELETE FROM winnow.claims WHERE worker = $1', 'DELETE FROM winnow.workers WHERE id = $1']
    for (const statement of ending) await this.#session.once(statement, [id]).catch(() => undefined)
  }
}

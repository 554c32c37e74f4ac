// Writes what calls have to say in groups, one round trip a group, each exactly once whatever becomes of the connection.
import { Groups, type Group, type Written } from '../groups.ts'
import { groupAsJson } from './group-json.ts'
import type { Session } from './session.ts'
import { Sources } from './sources.ts'
import { Worker } from './worker.ts'

const GROUP_SIZE = 512

export class PostgresWriter extends Groups {
  readonly #session: Session
  readonly #leaseMs: number
  readonly #worker: Worker
  readonly #sources: Sources
  /** Numbers the groups: the ledger knows the last that it holds of each worker. */
  #number = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(session: Session, leaseMs: number) {
    super((group) => this.#inTurn(group), GROUP_SIZE)
    this.#session = session
    this.#leaseMs = leaseMs
    this.#worker = new Worker(session, leaseMs)
    this.#sources = new Sources(session)
  }

  /** Waits until everything is committed, and gives up the claims of this process. */
  async close(): Promise<void> {
    await this.settled()
    await this.#worker.withdraw()
  }

  /** The number of this process among the workers. */
  worker(): Promise<number> {
    return this.#worker.id()
  }

  #inTurn(group: Group): Promise<Written> {
    const turn = this.#last.then(() => this.#write(group))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #write(group: Group): Promise<Written> {
    const json = groupAsJson(group, await this.#sources.idsOf(group.entries))
    const number = (this.#number += 1)
    for (;;) {
      const worker = await this.#worker.id()
      const [row] = await this.#session.query<{ written: Written | { lost: true } }>(
        'SELECT winnow.write($1, $2, $3, $4) AS written',
        [worker, number, this.#leaseMs, json],
      )
      const written = row?.written as Written | { lost: true }
      if (!('lost' in written)) return written
      await this.#worker.renew(worker)
    }
  }
}

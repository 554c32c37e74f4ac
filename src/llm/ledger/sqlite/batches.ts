// The batch jobs in the file of a ledger.
import type { DatabaseSync } from 'node:sqlite'
import type { Price } from '../../chat.ts'
import type {
  BatchChange,
  BatchedRequest,
  Batches,
  BatchPhase,
  BatchRecord,
  JobChange,
  NewBatch,
} from '../batch-record.ts'
import type { BatchedSource } from '../claim.ts'
import { writingTo } from './database.ts'
import { lives } from './owners.ts'

interface Columns extends Omit<BatchRecord, 'price' | 'createdMs' | 'submittedMs' | 'endedMs' | 'isAbandoned'> {
  price: string | null
  created_ms: number
  submitted_ms: number | null
  ended_ms: number | null
  host: string | null
  pid: number
  seen_ms: number
}

interface WaitingColumns {
  key: Uint8Array
  id: string
  amount: number
  about: string
}

const WAITING = 'SELECT key, id, amount, about FROM batched JOIN batches ON number = batch'
/** The columns in which a phase notes its time. */
const TIMES: Partial<Record<BatchPhase, string>> = { submitting: 'submitted_ms', done: 'ended_ms' }

export class SqliteBatches implements Batches {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #own: (job: JobChange) => Promise<boolean>

  constructor(db: DatabaseSync, path: string, own: (job: JobChange) => Promise<boolean>) {
    this.#db = db
    this.#path = path
    this.#own = own
  }

  async begin(job: NewBatch): Promise<void> {
    await this.#own({ begin: job })
  }

  takeOver(id: string): Promise<boolean> {
    return this.#own({ takeOver: id })
  }

  async change(id: string, change: BatchChange): Promise<void> {
    const time = change.phase && TIMES[change.phase]
    const entries = [...Object.entries(change), ...(time === undefined ? [] : [[time, Date.now()] as const])]
    const set = entries.map(([name]) => `${name} = ?`).join(', ')
    const statement = this.#db.prepare(`UPDATE batches SET ${set} WHERE id = ?`)
    writingTo(this.#path, () => statement.run(...entries.map(([, value]) => value), id))
  }

  async discard(id: string): Promise<void> {
    writingTo(this.#path, () => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        this.#db.prepare('DELETE FROM batched WHERE batch = (SELECT number FROM batches WHERE id = ?)').run(id)
        this.#db.prepare('DELETE FROM batches WHERE id = ?').run(id)
        this.#db.exec('COMMIT')
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }

  async list(run?: string): Promise<BatchRecord[]> {
    const where = run === undefined ? '' : 'WHERE run = ?'
    const statement = this.#db.prepare(
      `SELECT batches.*, host, pid, seen_ms FROM batches LEFT JOIN owners ON owners.id = owner ${where} ORDER BY number`,
    )
    const found = run === undefined ? statement.all() : statement.all(run)
    return found.map((columns) => toRecord(columns as unknown as Columns))
  }

  async waiting(keys: readonly Buffer[]): Promise<(BatchedRequest | undefined)[]> {
    const statement = this.#db.prepare(`${WAITING} WHERE key = ?`)
    return keys.map((key) => {
      const found = statement.get(key) as WaitingColumns | undefined
      return found && toRequest(found)
    })
  }

  async open(id: string, after: Buffer | undefined, most: number): Promise<BatchedRequest[]> {
    const statement = this.#db.prepare(
      `${WAITING} WHERE batch = (SELECT number FROM batches WHERE id = ?) AND key > ? ORDER BY key LIMIT ?`,
    )
    const found = statement.all(id, after ?? Buffer.alloc(0), most) as unknown as WaitingColumns[]
    return found.map(toRequest)
  }
}

const toRequest = ({ key, id, amount, about }: WaitingColumns): BatchedRequest => ({
  key: Buffer.from(key),
  batch: id,
  amount,
  about: JSON.parse(about) as BatchedSource,
})

function toRecord({ price, created_ms, submitted_ms, ended_ms, host, pid, seen_ms, ...same }: Columns): BatchRecord {
  const { id, run, provider, endpoint, model, identity, phase, remote, said, requests } = same
  const { answered, failed, missing, bytes, tokens, held } = same
  const isOwned = phase === 'collecting' || phase === 'submitting'
  return {
    id,
    run,
    provider,
    endpoint,
    model,
    identity,
    phase,
    remote,
    said,
    requests,
    answered,
    failed,
    missing,
    bytes,
    tokens,
    held,
    price: price === null ? null : (JSON.parse(price) as Price),
    createdMs: created_ms,
    submittedMs: submitted_ms,
    endedMs: ended_ms,
    isAbandoned: isOwned && (host === null || !lives({ host, pid, seen_ms }, Date.now())),
  }
}

// The batch jobs in a ledger in PostgreSQL.
import { WinnowError } from '../../../base/errors.ts'
import type { Price } from '../../chat.ts'
import type { BatchChange, BatchedRequest, Batches, BatchPhase, BatchRecord, JobChange } from '../batch-record.ts'
import type { BatchedSource } from '../claim.ts'
import { gathered, nameOf } from './gathered.ts'
import type { Session } from './session.ts'
import { storable } from './storable.ts'

interface Columns extends Omit<BatchRecord, 'price' | 'createdMs' | 'submittedMs' | 'endedMs' | 'isAbandoned'> {
  price: string | null
  createdMs: number
  submittedMs: number | null
  endedMs: number | null
  isAbandoned: boolean
}

const LIST = `
  SELECT j.id, run, provider, endpoint, model, identity, price, phase, remote, said, requests, answered, failed, missing, bytes, tokens, held,
    created_ms AS "createdMs", submitted_ms AS "submittedMs", ended_ms AS "endedMs",
    phase IN ('collecting', 'submitting') AND NOT coalesce(NOT w.lost AND w.expires > clock_timestamp(), false) AS "isAbandoned"
  FROM winnow.batches j LEFT JOIN winnow.workers w ON w.id = j.owner`
const WAITING =
  'SELECT key, id AS batch, amount, about FROM winnow.batched b JOIN winnow.batches j ON j.number = b.batch'

/** The columns in which a phase notes its time. */
const TIMES: Partial<Record<BatchPhase, string>> = { submitting: 'submitted_ms', done: 'ended_ms' }

interface Parts {
  reader: Session
  writer: Session
  /** The number of this worker. */
  worker(): Promise<number>
  own(job: JobChange): Promise<boolean>
  place: string
}

export function postgresBatches({ reader, writer, worker, own, place }: Parts): Batches {
  const waitingFor = gathered(async (keys) => {
    const rows = await reader.query<Waiting>(`${WAITING} WHERE key = ANY($1)`, [keys])
    return new Map(rows.map((row) => [nameOf(row.key), toRequest(row)]))
  })
  return {
    begin: async (job) => void (await own({ begin: job })),
    takeOver: (id) => own({ takeOver: id }),
    change: async (id, change) => {
      const values = [id, ...columnsOf(change).map(([, value]) => value)]
      const set = columnsOf(change).map(([name], index) => `${name} = $${index + 2}`)
      const mustOwn = change.phase === 'submitting' ? ` AND owner = ${await worker()}` : ''
      const text = `UPDATE winnow.batches SET ${set.join(', ')} WHERE id = $1${mustOwn} RETURNING 1`
      if ((await writer.query(text, values)).length > 0 || mustOwn === '') return
      throw new WinnowError('ledger', `batch job ${id} in the ledger ${place} has been taken over by another worker`, {
        hint: 'This process could not reach the ledger for the time of its lease. Run the same command again.',
      })
    },
    discard: async (id) => {
      await writer.query(
        `WITH job AS (DELETE FROM winnow.batches WHERE id = $1 RETURNING number)
         DELETE FROM winnow.batched USING job WHERE batch = job.number`,
        [id],
      )
    },
    list: async (run) => {
      const where = run === undefined ? '' : ' WHERE j.run = $1'
      const rows = await reader.query<Columns>(`${LIST}${where} ORDER BY number`, run === undefined ? [] : [run])
      return rows.map(({ price, ...job }) => ({ ...job, price: price === null ? null : (JSON.parse(price) as Price) }))
    },
    waiting: (keys) => Promise.all(keys.map(waitingFor)),
    open: async (id, after, most) => {
      const where = 'WHERE b.batch = (SELECT number FROM winnow.batches WHERE id = $1) AND key > $2'
      const values = [id, after ?? Buffer.alloc(0), most]
      return (await reader.query<Waiting>(`${WAITING} ${where} ORDER BY key LIMIT $3`, values)).map(toRequest)
    },
  }
}

type Waiting = Omit<BatchedRequest, 'about'> & { about: string }

const toRequest = ({ key, batch, amount, about }: Waiting): BatchedRequest => ({
  key,
  batch,
  amount,
  about: JSON.parse(about) as BatchedSource,
})

function columnsOf(change: BatchChange): [string, string | number | null][] {
  const time = change.phase && TIMES[change.phase]
  const given = Object.entries(change).map(([name, value]): [string, string | number | null] => [
    name,
    typeof value === 'string' ? storable(value) : value,
  ])
  return time === undefined ? given : [...given, [time, Date.now()]]
}

// Reaches the database of a ledger and brings its tables up to date.
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../../../base/errors.ts'
import type { OpenOptions } from '../ledger.ts'
import type { Address } from './address.ts'
import { cannot, failureOf } from './failures.ts'
import { migrate } from './schema.ts'
import { Session } from './session.ts'

/** How long a start waits for a server that is restarting or has too many connections. */
const PATIENCE_MS = 15_000
const WAIT_MS = 250
/** Codes of a server that is there. */
const BUSY = ['57P03', '57P01', '53300', 'ECONNRESET', '40001', '40P01', '23505', '42P06', '42P07']

/** @throws UsageError if the ledger cannot be opened */
export async function openDatabase(address: Address, options: OpenOptions): Promise<void> {
  const started = performance.now()
  for (;;) {
    const session = new Session(address, { does: 'read' })
    try {
      return await prepare(session, address, options)
    } catch (error) {
      if (error instanceof UsageError) throw error
      const { code = '' } = error as { code?: string }
      if (!BUSY.includes(code) || performance.now() - started > PATIENCE_MS) {
        throw cannot('open', address.shown, failureOf(error))
      }
    } finally {
      await session.close()
    }
    await sleep(WAIT_MS)
  }
}

async function prepare(session: Session, { shown }: Address, { mustExist = false, orRead = false }: OpenOptions) {
  const [mode] = await session.once<{ transaction_read_only: string }>('SHOW transaction_read_only')
  const isReadOnly = mode?.transaction_read_only === 'on'
  if (isReadOnly && !orRead) throw cannot('open', shown, failureOf({ code: '25006' }))
  await migrate((text) => session.once(text), shown, !mustExist && !isReadOnly)
  // Reads from a table, as rights may be missing.
  await session.once('SELECT FROM winnow.sources LIMIT 1')
}

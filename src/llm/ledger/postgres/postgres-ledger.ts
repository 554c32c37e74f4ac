// The ledger as a database of PostgreSQL, which many machines share. Reads and writes have a connection each.
import type { Ledger, Failure, OpenOptions } from '../ledger.ts'
import { addressOf, type Address } from './address.ts'
import { postgresBatches } from './batches.ts'
import { contentsOf, repliesOf } from './contents.ts'
import { gathered, nameOf } from './gathered.ts'
import { openDatabase } from './open.ts'
import { Replies } from './replies.ts'
import { postgresRuns } from './runs.ts'
import { Session } from './session.ts'
import { storable } from './storable.ts'
import { PostgresWriter } from './writer.ts'

/** How often it is looked whether calls of other workers have ended. */
const LOOK_MS = 200
/** One statement sees everything as it was at its beginning. */
const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

const FAIL = `
  INSERT INTO winnow.failures (key, run, code, message, created_ms) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (key) DO UPDATE SET run = excluded.run, code = excluded.code, message = excluded.message, created_ms = excluded.created_ms,
    attempts = 0`

/**
 * Opens or creates the ledger in a database.
 * @param place `postgres://USER@HOST/DATABASE`
 * @throws UsageError if it cannot be reached or opened, or is missing
 */
export async function openPostgresLedger(place: string, options: OpenOptions = {}): Promise<Ledger> {
  const address = addressOf(place)
  await openDatabase(address, options)
  return ledgerAt(address, options)
}

function ledgerAt(address: Address, { onNotice, patienceMs }: OpenOptions): Ledger {
  const path = address.shown
  const reader = new Session(address, { does: 'read', onNotice, patienceMs })
  const writer = new Session(address, { does: 'write to', onNotice, patienceMs })
  const groups = new PostgresWriter(writer, address.leaseMs)
  const replies = new Replies(reader, path)
  const runs = postgresRuns(reader, writer)
  const own = groups.own.bind(groups)
  const batches = postgresBatches({ reader, writer, worker: () => groups.worker(), own, place: path })
  const failureOf = gathered(async (keys) => {
    const text = 'SELECT key, code, message, run FROM winnow.failures WHERE key = ANY($1)'
    const rows = await reader.query<Failure & { key: Buffer }>(text, [keys])
    return new Map(rows.map(({ key, ...failure }) => [nameOf(key), failure]))
  })
  const claimOf = gathered(async (keys) => {
    const rows = await reader.query<{ key: Buffer }>('SELECT key FROM winnow.claims WHERE key = ANY($1)', [keys])
    return new Map(rows.map(({ key }) => [nameOf(key), true]))
  }, LOOK_MS)

  return {
    path,
    isRemote: true,
    runs,
    batches,
    find: (keys) => Promise.all(keys.map((key) => replies.find(key))),
    findTexts: (keys) => Promise.all(keys.map((key) => replies.findText(key))),
    provenanceOf: (key) => replies.provenanceOf(key),
    // The first statement opens the connection.
    startWriting: () => undefined,
    // The connection stays: it takes little.
    stopWriting: () => groups.settled(),
    append: (entry) => groups.append(entry),
    claim: (claim) => groups.claim(claim),
    release: (release) => groups.release(release),
    isClaimed: async (key) => (await claimOf(key)) === true,
    fail: async (key, { run, code, message }) => {
      await writer.query(FAIL, [key, ...[run, code, message].map(storable), Date.now()])
    },
    failureOf,
    settled: () => groups.settled(),
    repliesOf: (method) => repliesOf(reader, method),
    contents: () => contentsOf(reader, path, runs),
    reading: async (work) => {
      await reader.begin(SNAPSHOT)
      try {
        return await work()
      } finally {
        await reader.commit()
      }
    },
    close: async () => {
      await groups.close()
      await Promise.all([reader.close(), writer.close()])
    },
  }
}

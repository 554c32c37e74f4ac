// The thread that compresses replies and writes what is gathered, so that neither holds up the calls in flight.
import { parentPort, workerData } from 'node:worker_threads'
import { writeFailure } from '../../base/errors.ts'
import { Appender } from './append.ts'
import { Claims, SAY_ALIVE_EVERY_MS, type Claim, type ClaimAnswer, type Release } from './claims.ts'
import { openDatabase } from './database.ts'
import type { LedgerEntry } from './entry.ts'

/** What is written in one transaction, in this order. */
export interface Group {
  entries: LedgerEntry[]
  releases: Release[]
  claims: Claim[]
}

/** What the thread answers to each group, in order: to its claims when it is committed, or what went wrong. */
export type GroupAnswer = { answers: ClaimAnswer[] } | { error: string }

const db = openDatabase((workerData as { path: string }).path, { mustExist: true })
const claims = new Claims(db)
const appender = new Appender(db, claims)

/** Does all of it, or nothing. */
function inTransaction<T>(work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** What fails here is tried again: the next time, or by whoever finds that this process is gone. */
function tryTo(work: () => void): void {
  try {
    work()
  } catch {
    // A full disk or a long lock: the next group that is to be written says so.
  }
}

function write(group: Group): GroupAnswer {
  try {
    const replies = appender.pack(group.entries)
    const answers = inTransaction(() => {
      appender.append(replies)
      for (const release of group.releases) claims.release(release)
      if (group.claims.length > 0 && !claims.isRegistered) register()
      return group.claims.map((claim) => claims.take(claim))
    })
    return { answers }
  } catch (error) {
    return { error: writeFailure(error) }
  }
}

function register(): void {
  claims.register()
  setInterval(() => tryTo(() => inTransaction(() => claims.sayAlive())), SAY_ALIVE_EVERY_MS)
}

parentPort?.on('message', (message: Group | 'close') => {
  if (message === 'close') {
    if (claims.isRegistered) tryTo(() => inTransaction(() => claims.withdraw()))
    db.close()
    process.exit()
  }
  parentPort?.postMessage(write(message))
})

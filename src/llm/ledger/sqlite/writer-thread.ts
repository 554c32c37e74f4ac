// The thread that compresses and writes replies, so that neither delays the calls in flight.
import { parentPort, workerData } from 'node:worker_threads'
import { writeFailure } from '../../../base/errors.ts'
import { Appender } from './append.ts'
import { Claims, SAY_ALIVE_EVERY_MS } from './claims.ts'
import { openDatabase } from './database.ts'
import type { Group, Written } from '../groups.ts'

/** The thread's answer to each group, in order: the answers to its claims once it is committed, or what went wrong. */
export type GroupAnswer = Written | { error: string }

const db = openDatabase((workerData as { path: string }).path, { mustExist: true })
const claims = new Claims(db)
const appender = new Appender(db, claims)

/** Runs work in a transaction. */
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

/** Ignores failures: the work is repeated later, or done by a process that finds this one gone. */
function tryTo(work: () => void): void {
  try {
    work()
  } catch {
    // A full disk or a long lock; the next group to be written reports it.
  }
}

function write(group: Group): GroupAnswer {
  try {
    const replies = appender.pack(group.entries)
    const answers = inTransaction(() => {
      appender.append(replies)
      for (const release of group.releases) claims.release(release)
      if (group.claims.length + group.jobs.length > 0 && claims.id === 0) register()
      const owned = group.jobs.map((job) => claims.batches.own(job, claims.id))
      return { owned, answers: group.claims.map((claim) => claims.take(claim)) }
    })
    return answers
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
    if (claims.id > 0) tryTo(() => inTransaction(() => claims.withdraw()))
    db.close()
    process.exit()
  }
  parentPort?.postMessage(write(message))
})

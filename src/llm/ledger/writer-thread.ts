// The thread that compresses replies and writes them, so that neither holds up the calls in flight.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../errors.ts'
import { Appender } from './append.ts'
import { openDatabase } from './database.ts'
import type { LedgerEntry } from './ledger.ts'

/** What the thread answers to each group, in order: null when it is committed, else what went wrong. */
export type Written = string | null

const appender = new Appender(openDatabase((workerData as { path: string }).path, true))

parentPort?.on('message', (group: LedgerEntry[]) => {
  let written: Written = null
  try {
    appender.append(group)
  } catch (error) {
    written = messageOf(error)
  }
  parentPort?.postMessage(written)
})

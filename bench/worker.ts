// A worker of the benchmark of many workers: opens a job and a ledger, says that it is ready, and gathers when it is told.
import { once } from 'node:events'
import { openLedger } from '../src/llm/ledger/open.ts'
import { askOf, gatherRows, openJob } from './job.ts'

export interface WorkerOrder {
  rows: string
  ledger: string
  url: string
  concurrency: number
}

const [{ rows, ledger: place, url, concurrency }] = (await once(process, 'message')) as [WorkerOrder]
const job = await openJob(rows, { screen: `bench@${url}`, concurrency })
const ledger = await openLedger(place)
process.send?.(0)
await once(process, 'message')
let done = 0
await gatherRows(job, askOf(job, ledger), () => (done += 1))
await new Promise((resolve) => process.send?.(done, resolve))
await ledger.close()
await job.input.close()
process.disconnect()

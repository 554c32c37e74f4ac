// How the questions of a run reach its models: one by one, or by batch jobs with check and pilot before them.
import { gatherAsk, type GatherAsk, type WaitingElsewhere } from '../../llm/ask.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { CallTotals } from '../call-totals.ts'
import type { AskingJob } from '../job.ts'
import { batchSettings } from './batch-settings.ts'
import { Batching } from './batching.ts'
import { capOf } from './cap.ts'

/** In each method, `isFirst` says whether it is about what is asked first, to find out whether the rest is worth its money. */
export interface Asking {
  of(isFirst: boolean): GatherAsk
  /** Requests that another process sends. */
  elsewhere: WaitingElsewhere
  /** Whether no more rows should be begun for now. */
  isFull(isFirst: boolean): boolean
  /** Goes through a part of the gathering until no row of it is suspended. @throws StopRun if jobs are open and are not to be waited for */
  complete<T>(isFirst: boolean, part: () => Promise<T>): Promise<T>
  /** Resolves when no call is in flight and everything is written. */
  settled(): Promise<void>
  /** Gives back what was collected and not submitted. */
  close(): Promise<void>
}

export async function openAsking(job: AskingJob, ledger: Ledger, calls: CallTotals): Promise<Asking> {
  const { models, run, values, hooks } = job
  const { retryUndecided, maxRetries, batch } = values
  const cap = await capOf(job, ledger)
  const elsewhere = { requests: 0 }
  const online = gatherAsk({
    ledger,
    run: run.id,
    routes: models.routes,
    cap,
    observer: calls,
    elsewhere,
    retryUndecided,
  })
  if (batch === undefined || models.batch === undefined) return askingOnline(online, elsewhere)
  const settings = batchSettings(batch, values)
  const batched = {
    ledger,
    run: run.id,
    cap,
    calls,
    models: models.batch.models,
    online,
    retryUndecided,
    maxRetries,
    hooks,
  }
  const batching = new Batching(batched, settings, models.batch.provider)
  await batching.begin()
  const isOnline = (isFirst: boolean) => isFirst && settings.isOnlineFirst
  return {
    elsewhere,
    of: (isFirst) => (isOnline(isFirst) ? online : batching.ask),
    isFull: (isFirst) => !isOnline(isFirst) && batching.isFull,
    complete: (isFirst, part) => (isOnline(isFirst) ? part() : batching.complete(part, isFirst)),
    settled: () => batching.ask.settled(),
    close: () => batching.close(),
  }
}

const askingOnline = (online: GatherAsk, elsewhere: WaitingElsewhere): Asking => ({
  elsewhere,
  of: () => online,
  isFull: () => false,
  complete: (_isFirst, part) => part(),
  settled: () => online.settled(),
  close: async () => undefined,
})

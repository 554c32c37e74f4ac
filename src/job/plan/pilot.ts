// The pilot of a plan: rows spread over the files are really asked about, and the replies stay in the ledger.
import { gatherAsk } from '../../llm/ask.ts'
import { USUAL_CONCURRENCY } from '../../llm/begin.ts'
import type { StopRun } from '../../llm/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { CallTotals } from '../call-totals.ts'
import { capOf } from '../gather/cap.ts'
import { gather } from '../gather/gather.ts'
import { inPilot } from '../gather/pilot.ts'
import { rowsOf, type AskingJob } from '../job.ts'
import { recordRun } from '../record-run.ts'

export interface PilotCost {
  rows: number
  /** Replies that were asked for now; others of these rows were in the ledger. */
  calls: number
  failed: number
  /** US dollars for these; null if unknown. */
  usd: number | null
  /** Tokens of their prompts and replies, as their server counted. */
  tokens: number
  /** Seconds from the first call to the last reply. */
  seconds: number
}

/**
 * Asks about `size` rows of all files, online. The rows are those that a run would ask about first: spread over the files, or those that
 * measure the gate of a cascade.
 * @throws StopRun if a model cannot be asked, or the cap is reached; replies so far are kept
 */
export async function askPilot(jobs: readonly AskingJob[], size: number, ledger: Ledger): Promise<PilotCost> {
  const [first] = jobs as [AskingJob]
  const { models, values, hooks } = first
  const calls = new CallTotals()
  const total = jobs.reduce((sum, job) => sum + rowsOf(job), 0)
  const signal = hooks.signal ?? new AbortController().signal
  const started = performance.now()
  // One run, so that one cap holds for all files.
  await recordRun(first, ledger)
  const cap = await capOf(first, ledger)
  const { retryUndecided } = values
  const ask = gatherAsk({ ledger, run: first.run.id, routes: models.routes, cap, observer: calls, retryUndecided })
  let [offset, rowsDone] = [0, 0]
  try {
    for (const job of jobs) {
      await gather(job, {
        method: job.plan.create(models.identities),
        ask,
        select: chosen(job, size, total, offset),
        callsAhead: 2 * (values.concurrency ?? USUAL_CONCURRENCY) * models.schedulers.length + 16,
        signal,
        onStop: (reason: StopRun) => models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
        onRow: () => {
          rowsDone += 1
          hooks.onProgress?.({ what: 'asking about the rows of the pilot', done: rowsDone, total: size })
        },
      })
      offset += rowsOf(job)
    }
  } finally {
    await ask.settled()
    await models.close()
  }
  const usd = calls.sum('unpriced') > 0 ? null : calls.sum('usd')
  const seconds = (performance.now() - started) / 1000
  const tokens = calls.sum('inputTokens') + calls.sum('outputTokens')
  return { rows: rowsDone, calls: calls.sum('made'), failed: calls.sum('failed'), usd, tokens, seconds }
}

/** Which rows of a file are in the pilot, by index. @param offset rows of the files before it */
function chosen(job: AskingJob, size: number, total: number, offset: number): (index: number) => boolean {
  const { plan, draws } = job
  if (size >= total) return () => true
  const isSpread = inPilot(size, total)
  if (plan.cascade === undefined || draws === undefined) return (index) => isSpread(offset + index)
  const sorted = draws.all.slice(0, rowsOf(job)).toSorted((a, b) => a - b)
  const most = sorted[Math.ceil((size * sorted.length) / total) - 1] ?? -1
  return (index) => (draws.all[index] as number) <= most
}

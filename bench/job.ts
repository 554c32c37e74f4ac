// Assembles the parts of a run as `clean` does, so that one phase can be measured alone.
import { gatherAsk } from '../src/llm/ask.ts'
import { USUAL_CONCURRENCY } from '../src/llm/begin.ts'
import type { Ask } from '../src/llm/chat.ts'
import type { Ledger } from '../src/llm/ledger/ledger.ts'
import { rlhnDefinition } from '../src/methods/rlhn/definition.ts'
import { openJob as open, type AskingJob } from '../src/job/job.ts'
import { gather } from '../src/job/gather/gather.ts'
import { CallTotals } from '../src/job/call-totals.ts'

/** Opens a run over `path`, with its input read once. `options` are those of `winnow clean`. */
export function openJob(path: string, options: Record<string, unknown>): Promise<AskingJob> {
  const all = { out: 'unused', confirm: 0, price: ['0.15/0.60'], ...options }
  return open({ command: 'clean', input: path, definition: rlhnDefinition, options: all }, {}, true)
}

/** Returns the ask of the gather phase. */
export function askOf({ models, run }: AskingJob, ledger: Ledger): Ask {
  return gatherAsk({
    ledger,
    run: run.id,
    routes: models.routes,
    cap: undefined,
    observer: new CallTotals(),
    retryUndecided: false,
  })
}

/** Runs the gather phase over the job's whole input. */
export function gatherRows(job: AskingJob, ask: Ask, onRow: () => void = () => undefined): Promise<void> {
  return gather(job, {
    method: job.plan.create(job.models.identities),
    ask,
    callsAhead: rowsInFlight(job),
    signal: new AbortController().signal,
    onStop: (reason) => job.models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
    onRow,
  })
}

export const rowsInFlight = ({ values }: AskingJob): number => 2 * (values.concurrency ?? USUAL_CONCURRENCY) + 16

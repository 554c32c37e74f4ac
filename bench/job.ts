// The parts of a run put together as `clean` puts them together, so that one phase can be measured alone.
import { gatherAsk } from '../src/llm/ask.ts'
import type { Ask } from '../src/llm/chat.ts'
import type { Ledger } from '../src/llm/ledger/ledger.ts'
import { rlhnDefinition } from '../src/methods/rlhn/definition.ts'
import { readOptions } from '../src/options/options.ts'
import type { MethodJob } from '../src/job/job.ts'
import { runOptions } from '../src/job/options.ts'
import type { DecideJob } from '../src/job/phases.ts'
import { gather } from '../src/job/gather.ts'
import { openInput } from '../src/rows/input.ts'
import { openModels, type Models } from '../src/job/models.ts'
import { scan } from '../src/rows/scan.ts'
import { decidingWith } from '../src/job/stored-run.ts'
import { CallTotals } from '../src/job/totals.ts'

export interface Job extends Omit<DecideJob, 'source'> {
  models: Models
  concurrency: number
}

/** A run over `path`, its input read once. `options` are those of `winnow clean`. */
export async function openJob(path: string, options: Record<string, unknown>): Promise<Job> {
  const values = readOptions(runOptions(rlhnDefinition), { out: 'unused', price: ['0.15/0.60'], ...options })
  const jobValues = values as MethodJob['values']
  const plan = rlhnDefinition.plan(values)
  const models = await openModels(plan, jobValues, {})
  const input = await openInput(path)
  return {
    deciding: decidingWith(rlhnDefinition, values, values),
    plan,
    input,
    scan: await scan(input, jobValues),
    hooks: {},
    run: { id: 'bench', method: 'rlhn', settings: { options: {}, identities: models.identities, limit: null } },
    models,
    concurrency: jobValues.concurrency,
  }
}

/** The ask of the gather phase. */
export function askOf({ models }: Job, ledger: Ledger): Ask {
  return gatherAsk({
    ledger,
    run: 'bench',
    routes: models.routes,
    cap: undefined,
    observer: new CallTotals(),
    retryUndecided: false,
  })
}

/** The gather phase over the job's whole input. */
export function gatherRows(job: Job, ask: Ask, onRow: () => void = () => undefined): Promise<void> {
  return gather({
    input: job.input,
    method: job.plan.create(job.models.identities),
    ask,
    known: job.scan.known,
    plan: job.plan,
    limit: Infinity,
    callsAhead: rowsInFlight(job),
    signal: new AbortController().signal,
    onStop: (reason) => job.models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
    onRow,
  })
}

export const rowsInFlight = ({ concurrency }: Job): number => 2 * concurrency + 16

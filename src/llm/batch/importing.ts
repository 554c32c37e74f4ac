// Puts the results of batch jobs into the ledger, under the keys of the requests. Counts of providers are not looked at: what was asked is
// answered, has failed or is missing.
import type { ChatReply } from '../chat.ts'
import type { BatchedRequest, BatchRecord } from '../ledger/batch-record.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { costOf } from '../prices.ts'
import { soundReply } from '../sound-model.ts'
import { isModelOf } from '../model-name.ts'
import type { BatchResult, UnreadableResult } from './provider.ts'

/** What was in some results. */
export interface Imported {
  answered: number
  failed: number
  /** Why requests failed, the first reasons, and how many did for each. */
  failures: Map<string, number>
  /** Results of requests that had their reply already. */
  repeated: number
  /** Results that were used for another open job than the one whose they should be, by that job. */
  elsewhere: Map<string, number>
  /** Failures from before, of requests that another job asks by now. */
  stale: number
  /** Results of requests that have failed or were missing, and that no job asks now. */
  unasked: number
  /** Results whose id is of no request in the ledger. */
  foreign: number
  /** Results that could not be used, with the first reasons. */
  refused: number
  /** How many of these are the ends of files that were cut off. */
  torn: number
  reasons: string[]
  /** Why requests failed for which any other would fail, too: no credit, a key that is refused. */
  fatal: { code: string; message: string } | undefined
}

/** Receives each reply that was stored. */
export type OnImported = (request: BatchedRequest, job: BatchRecord, reply: ChatReply, cost: number | null) => void

export const nothingImported = (): Imported => ({
  answered: 0,
  failed: 0,
  failures: new Map(),
  repeated: 0,
  elsewhere: new Map(),
  stale: 0,
  unasked: 0,
  foreign: 0,
  refused: 0,
  torn: 0,
  reasons: [],
  fatal: undefined,
})

const AT_ONCE = 256
const MOST_REASONS = 5
/** A request's id at the provider: its key in the ledger, in hex. */
export const KEY = /^[0-9a-f]{32}$/

/**
 * Imports results of whatever jobs, in any order.
 * @param expected the job whose results they should be
 * @throws WinnowError if the ledger cannot be written, or as the results do
 */
export async function importResults(
  ledger: Ledger,
  results: AsyncIterable<BatchResult | UnreadableResult>,
  onReply: OnImported = () => undefined,
  expected?: string,
): Promise<Imported> {
  const imported = nothingImported()
  const jobs: Jobs = { expected, all: new Map((await ledger.batches.list()).map((job) => [job.id, job])) }
  const failures: BatchResult[] = []
  let some: BatchResult[] = []
  for await (const result of results) {
    if ('why' in result) {
      refuse(imported, `${result.where}: ${result.why}`)
      if (result.isTorn) imported.torn += 1
    } else if ('failure' in result) failures.push(result)
    else if (some.push(result) >= AT_ONCE) {
      await importSome(ledger, jobs, some, imported, onReply)
      some = []
    }
  }
  await importSome(ledger, jobs, some, imported, onReply)
  // A reply wins over a failure of the same request, wherever they stand.
  for (let start = 0; start < failures.length; start += AT_ONCE) {
    await importSome(ledger, jobs, failures.slice(start, start + AT_ONCE), imported, onReply)
  }
  return imported
}

function refuse(imported: Imported, reason: string): void {
  imported.refused += 1
  if (imported.reasons.length < MOST_REASONS) imported.reasons.push(reason)
}

interface Jobs {
  expected: string | undefined
  all: ReadonlyMap<string, BatchRecord>
}

async function importSome(
  ledger: Ledger,
  { expected, all: jobs }: Jobs,
  results: readonly BatchResult[],
  imported: Imported,
  onReply: OnImported,
): Promise<void> {
  const keyed = results.filter(({ id }) => KEY.test(id))
  imported.foreign += results.length - keyed.length
  const keys = keyed.map(({ id }) => Buffer.from(id, 'hex'))
  const waiting = await ledger.batches.waiting(keys)
  const left = keys.filter((_key, at) => waiting[at] === undefined)
  const answered = await ledger.findTexts(left)
  const without = left.filter((_key, at) => answered[at] === undefined)
  const known = (await Promise.all(without.map((key) => ledger.failureOf(key)))).filter(Boolean).length
  imported.repeated += left.length - without.length
  imported.unasked += known
  imported.foreign += without.length - known

  const seen = new Set<string>()
  const work = keyed.map(async (result, at) => {
    const request = waiting[at]
    const job = request && jobs.get(request.batch)
    if (request === undefined || job === undefined) return
    if (seen.has(result.id)) return void (imported.repeated += 1)
    const wrong = 'reply' in result ? wrongModel(result.model, job) : undefined
    if (wrong !== undefined) return refuse(imported, `${result.id}: ${wrong}`)
    seen.add(result.id)
    // What has failed once is asked by another job now, and this may be the failure that is known.
    const isStale = 'failure' in result && job.id !== expected && (await ledger.failureOf(request.key)) !== undefined
    if (isStale) return void (imported.stale += 1)
    if (expected !== undefined && job.id !== expected) {
      imported.elsewhere.set(job.id, (imported.elsewhere.get(job.id) ?? 0) + 1)
    }
    if ('failure' in result) return void fail(ledger, request, job, result.failure, hasAnswered(jobs, job), imported)
    await store(ledger, request, job, result.reply, imported, onReply)
  })
  await Promise.all(work)
  // Failures are not waited for one by one; what comes next is to find their requests free.
  await ledger.settled()
}

const wrongModel = (model: string | undefined, job: BatchRecord): string | undefined =>
  model === undefined || isModelOf(model, job.model)
    ? undefined
    : `it is a reply of ${JSON.stringify(model)}, and ${job.model} was asked`

async function store(
  ledger: Ledger,
  { key, amount, about, batch }: BatchedRequest,
  job: BatchRecord,
  received: ChatReply,
  imported: Imported,
  onReply: OnImported,
): Promise<void> {
  const { sample, promptBytes, ...source } = about
  const reply = soundReply(received, promptBytes)
  const cost = costOf(job.price ?? undefined, reply.usage)
  await ledger.append({
    key,
    reply,
    model: job.identity,
    endpoint: `${job.endpoint} (batch)`,
    source: { ...source, query: '', part: '' },
    sample,
    run: job.run,
    cost,
    unsettled: cost === null ? amount : 0,
    latencyMs: 0,
    isBatched: true,
  })
  imported.answered += 1
  onReply({ key, amount, about, batch }, job, reply, cost)
}

/** The code of an answer that refuses the caller, or what it asks. */
const REFUSED = 'refused-key'

/** Whether a model has answered in any job of a run. */
const hasAnswered = (jobs: ReadonlyMap<string, BatchRecord>, { run, model }: BatchRecord): boolean =>
  [...jobs.values()].some((job) => job.run === run && job.model === model && job.answered > 0)

type Failure = Extract<BatchResult, { failure: object }>['failure']

function fail(
  ledger: Ledger,
  { key, batch }: BatchedRequest,
  { run }: BatchRecord,
  { code, message, isFatal, isUntried }: Failure,
  wasAnswered: boolean,
  imported: Imported,
): void {
  imported.failed += 1
  const { failures } = imported
  if (failures.has(message) || failures.size < MOST_REASONS) failures.set(message, (failures.get(message) ?? 0) + 1)
  // A provider may refuse one text as it refuses a key: where others were answered, it is this request's own.
  const isOwn = code === REFUSED && (imported.answered > 0 || wasAnswered)
  const isOfAll = isFatal === true && !isOwn
  if (isOfAll) imported.fatal ??= { code, message }
  ledger.release({
    key,
    run,
    unsettled: 0,
    batch: { id: batch, end: 'failed', isAttempt: !isOfAll && isUntried !== true, code, message },
  })
}

/** How requests without a result ended. */
export interface MissingEnd {
  /** Whether the provider may have done, and billed, the work. */
  maybeBilled: boolean
  /** Whether it counts as one of the attempts that a request has. */
  isAttempt: boolean
}

/**
 * Ends a job whose results were imported: what has no result is missing, and is asked again.
 * @returns how many are missing
 */
export async function endMissing(
  ledger: Ledger,
  { id, run }: Pick<BatchRecord, 'id' | 'run'>,
  { maybeBilled, isAttempt }: MissingEnd,
): Promise<number> {
  const message = `the batch job ${id} ended without a result for it`
  const batch = { id, end: 'missing' as const, isAttempt, code: 'missing-result', message }
  let missing = 0
  for (let last: Buffer | undefined; ;) {
    const some = await ledger.batches.open(id, last, AT_ONCE)
    if (some.length === 0) break
    last = some.at(-1)?.key
    for (const { key, amount } of some) ledger.release({ key, run, unsettled: maybeBilled ? amount : 0, batch })
    missing += some.length
    await ledger.settled()
  }
  return missing
}

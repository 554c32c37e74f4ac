// A plan: the calls, tokens, cost and time of a run before it is paid for.
import { existsSync } from 'node:fs'
import type { Hooks } from '../../base/hooks.ts'
import { consentOf } from '../../hub/consent.ts'
import { assertPlace, isDatabase, openLedger } from '../../llm/ledger/open.ts'
import { USUAL_CONCURRENCY } from '../../llm/begin.ts'
import { modelNameOf, type ChatModel, type ChatRequest } from '../../llm/chat.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { gateOf } from '../../judging/cascade/record.ts'
import { parsePrices, PRICES_AS_OF } from '../../llm/prices.ts'
import { requestKey } from '../../llm/key.ts'
import { probeRequests } from '../gather/forecasting.ts'
import { probingOf } from '../gather/probing.ts'
import type { TokenCounter } from '../gather/tokens.ts'
import { openJob, rowsOf, type AskingJob, type RunRequest } from '../job.ts'
import { assertSomethingToMeasure } from '../measurable.ts'
import { assertAt, assertWrites } from '../batch-side.ts'
import { defaultLedger } from '../outputs.ts'
import type { RunSettings } from '../session.ts'
import { amountsOf, tally, type Counting } from './account.ts'
import { counterFor } from './counters.ts'
import { askPilot } from './pilot.ts'
import { readAll, type Found, type Reading } from './read.ts'
import { reportOf, type RunPlan } from './report.ts'
import type { CheckCalls, PlanSettings, Stored } from './settings.ts'
import { RowTotals } from './row-totals.ts'
import { nameOf as keyOf } from './trace.ts'

/** Calls with replies that are looked at, at most, to measure what follows. */
const MEASURED_CALLS = 20_000

/** Plans one run over the rows of several files. Asks about nothing but the rows of the pilot, and writes nothing but their replies. */
export async function planRun(requests: readonly RunRequest[], settings: PlanSettings, hooks: Hooks): Promise<RunPlan> {
  const jobs: AskingJob[] = []
  try {
    for (const request of requests) {
      const job = await openJob(request, hooks, settings.pilot > 0 && jobs.length === 0)
      jobs.push(job)
      assertBatchable(job, settings)
      await assertSomethingToMeasure(job)
    }
    return await planOf(jobs, settings, hooks)
  } finally {
    for (const job of jobs) await job.input.close()
  }
}

/** @throws UsageError for what cannot be asked by batch jobs */
function assertBatchable({ plan: { stages }, models }: AskingJob, { batch, batchPlace }: PlanSettings): void {
  if (batch === undefined) return
  const kinds = stages.map(({ kind }) => kind)
  assertWrites(batch, kinds)
  if (batch === true || batchPlace === undefined) return
  for (const { stage, kind } of stages) {
    const { name = stage } = models.named[stage] ?? {}
    const model = models.routes.get(stage)?.model
    // Recorded replies stand for a model that is at no server.
    if (kind === 'chat' && model?.inBatch !== undefined) assertAt(batch, batchPlace, name, model)
  }
}

async function planOf(jobs: readonly AskingJob[], settings: PlanSettings, hooks: Hooks): Promise<RunPlan> {
  const [first] = jobs as [AskingJob]
  const { values } = first
  const path = values.ledger ?? defaultLedger(values.out ?? '-')
  assertPlace(path)
  const asksPilot = settings.pilot > 0
  const isThere = asksPilot || isDatabase(path) || existsSync(path)
  const ledger = isThere
    ? await openLedger(path, { ...(asksPilot ? {} : { mustExist: true, orRead: true }), onNotice: hooks.onNotice })
    : undefined
  try {
    const pilot = ledger && asksPilot ? await askPilot(jobs, settings.pilot, ledger) : undefined
    const inJobs = ledger ? await heldByJobs(jobs, ledger) : 0
    return await countAll(jobs, settings, { ledger, path, pilot, inJobs }, hooks)
  } finally {
    await ledger?.close()
    await first.models.close()
  }
}

/** How many requests of the runs are in batch jobs that have not ended. */
async function heldByJobs(jobs: readonly AskingJob[], ledger: Ledger): Promise<number> {
  const records = await Promise.all(jobs.map(({ run }) => ledger.batches.list(run.id)))
  return records
    .flat()
    .filter(({ phase }) => phase !== 'done')
    .reduce((sum, { requests, answered, failed, missing }) => sum + requests - answered - failed - missing, 0)
}

async function countAll(
  jobs: readonly AskingJob[],
  settings: PlanSettings,
  stored: Stored,
  hooks: Hooks,
): Promise<RunPlan> {
  const [first] = jobs as [AskingJob]
  const { plan, models, definition } = first
  const rows = jobs.reduce((sum, job) => sum + rowsOf(job), 0)
  const routes = new Map([...models.routes].map(([stage, { model }]) => [stage, model] as const))
  const counters = await countersOf(routes, settings, first)
  const counting: Counting = { counters, forecast: plan.forecast, longest: new Map() }
  const close = () => Promise.all([...new Set(counters.values())].map((counter) => counter.close?.()))
  const stages = [...routes.keys()]
  const totals = new RowTotals(stages, plan.forecast)
  const found: Found = { calls: new Map(), rows: 0, done: 0, silent: 0, rounds: 0, shared: 0 }
  const replies = (await stored.ledger?.repliesOf(definition.name))?.reduce((sum, each) => sum + each.replies, 0) ?? 0
  const ledger = replies > 0 ? stored.ledger : undefined
  const gate = await gateIn(first, ledger)
  const reading: Reading = {
    counting,
    totals,
    ledger,
    gate,
    retries: first.values.retryUndecided,
    counted: Math.min(1, settings.count / Math.max(1, rows)),
    measured: Math.min(1, MEASURED_CALLS / Math.max(1, replies)),
    found,
    onRow: (done) => done % 100 === 0 && hooks.onProgress?.({ what: 'counting the tokens of rows', done, total: rows }),
  }
  const check = await readAll(jobs, reading)
    .then(() => checksOf(jobs, counting, ledger))
    .finally(close)
  const openGate = gate === undefined ? plan.cascade?.stage : undefined
  return reportOf({
    jobs,
    rows,
    routes,
    counters,
    longest: counting.longest,
    found,
    rowTotals: totals,
    totals: totals.totals(rows, {
      asked: check.amounts,
      mayBeAsked: check.more,
      assumesReplies: settings.assumesReplies,
      gate: openGate === undefined ? undefined : { stage: openGate, share: plan.forecast.share(openGate).low },
    }),
    check,
    settings,
    stored,
    prices: parsePrices(first.values.price),
    concurrency: first.values.concurrency ?? USUAL_CONCURRENCY,
    isGateOpen: openGate !== undefined,
    pricesAsOf: PRICES_AS_OF,
  })
}

async function countersOf(
  routes: ReadonlyMap<string, ChatModel>,
  { tokenizers }: PlanSettings,
  { plan, values, hooks }: AskingJob,
): Promise<Map<string, TokenCounter>> {
  const counters = new Map<string, TokenCounter>()
  const byModel = new Map<string, TokenCounter>()
  for (const { stage, model, kind } of plan.stages) {
    const opened = routes.get(stage)
    if (opened === undefined) continue
    const named = typeof model === 'string' ? model : undefined
    const counted = { named, name: modelNameOf(opened), kind }
    const key = JSON.stringify(counted)
    const counter = byModel.get(key) ?? (await counterFor(counted, tokenizers, hooks, consentOf(values, hooks)))
    byModel.set(key, counter)
    counters.set(stage, counter)
  }
  return counters
}

/** The gate of a cascade, if an earlier start has measured it. */
async function gateIn({ plan, run }: AskingJob, ledger: Ledger | undefined) {
  if (plan.cascade === undefined) return undefined
  const settings = (await ledger?.runs.get(run.id))?.settings as RunSettings | undefined
  return settings?.cascade && gateOf(settings.cascade)
}

/**
 * The calls that check the models first, without those that are in the ledger, and those that follow if these do not tell. Each file is a
 * run of its own, and has its own.
 */
async function checksOf(
  jobs: readonly AskingJob[],
  counting: Counting,
  ledger: Ledger | undefined,
): Promise<CheckCalls> {
  const [asked, mayBeAsked] = [new Map<string, ChatRequest>(), new Map<string, ChatRequest>()]
  let all = 0
  const note = (to: Map<string, ChatRequest>, requests: readonly ChatRequest[]) =>
    requests.forEach((request) => to.set(keyOf(request), request))
  for (const job of jobs) {
    const probing = probingOf(job)
    const { probes, requests } = await probeRequests(job, probing)
    const missing = await missingOf(requests, ledger)
    all += probes
    note(asked, missing)
    if (missing.length === 0 || probing === undefined || 'leftOut' in probing) continue
    const further = await probeRequests(job, { ...probing, probes: probing.more() })
    note(mayBeAsked, await missingOf(further.requests, ledger))
  }
  for (const key of asked.keys()) mayBeAsked.delete(key)
  const needed = (requests: Iterable<ChatRequest>) => tally([...requests], (request) => amountsOf(request, counting))
  return {
    probes: all,
    calls: asked.size,
    amounts: needed(asked.values()),
    further: mayBeAsked.size,
    more: needed(mayBeAsked.values()),
  }
}

async function missingOf(requests: readonly ChatRequest[], ledger: Ledger | undefined): Promise<ChatRequest[]> {
  const replies = (await ledger?.find(requests.map(requestKey))) ?? []
  return requests.filter((_request, at) => replies[at] === undefined)
}

// The main job: gather evidence about every row, then decide and write, and say what was done.
import { UsageError } from '../errors.ts'
import { gatherAsk, ledgerAsk } from '../llm/ask.ts'
import { Budget } from '../llm/budget.ts'
import type { StopRun } from '../llm/errors.ts'
import { Ledger } from '../llm/ledger/ledger.ts'
import { publicModelName } from '../llm/models.ts'
import { NANO_PER_DOLLAR } from '../llm/prices.ts'
import type { MethodDefinition, MethodPlan } from '../methods/definition.ts'
import { methodNamed, type MethodOptions } from '../methods/index.ts'
import { readOptions, type OptionInput } from '../options/options.ts'
import { decide } from './decide.ts'
import { estimate, type Estimate } from './estimate.ts'
import { gather } from './gather.ts'
import { openInput, type Input } from './input.ts'
import { manifestOf, writeManifest, type Manifest } from './manifest.ts'
import { openModels, type Models } from './models.ts'
import { CALL_OPTIONS, FILE_OPTIONS, type CallValues, type FileValues } from './options.ts'
import { defaultLedger, outputPaths, Outputs, type OutputPaths } from './outputs.ts'
import { scan, type Scan } from './scan.ts'
import { identifyRun, otherReplies, type RunIdentity } from './session.ts'
import { CallTotals, type DecisionTotals } from './totals.ts'

/** What a caller may hook into. Nothing here changes what is done. */
export interface RunHooks {
  /** Ends the run cleanly: calls in flight finish, then the reason is thrown. Its reason should be a StopRun. */
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** A sentence that the user should see before money is spent. */
  onNotice?: (notice: string) => void
  /** Environment for keys and endpoints; default `process.env`. */
  env?: Record<string, string | undefined>
}

/** Where a run stands. */
export interface Progress {
  phase: 'gather' | 'decide'
  rowsDone: number
  rowsTotal: number
  calls: CallTotals
  totals?: DecisionTotals
}

/** Every option that `clean` takes for a method. */
export function cleanOptions(definition: MethodDefinition) {
  return { ...FILE_OPTIONS, ...definition.gatherOptions, ...definition.policyOptions, ...CALL_OPTIONS }
}

/** What `clean` takes from a program; the same names, in camel case, as the flags. `method` defaults to `rlhn`. */
export type CleanOptions = OptionInput<typeof FILE_OPTIONS> &
  OptionInput<typeof CALL_OPTIONS> &
  MethodOptions & { method?: string | undefined }

type CleanValues = FileValues & CallValues & { known?: string | undefined }

/**
 * Cleans the rows of `input` (a path, or `-`) and writes them to `options.out`, with the manifest and the lists of changes beside it.
 * To go on after any stop, call it again with the same options: what is in the ledger is not asked again.
 * @throws UsageError when it cannot start, StopRun when it had to stop before the end; the outputs are then untouched
 */
export async function clean(input: string, options: CleanOptions, hooks: RunHooks = {}): Promise<Manifest> {
  if (options.out === undefined) throw new UsageError('where to write is not said: name it with --out')
  const paths = outputPaths(input, options.out, options.report)
  const job = await openJob(input, options, hooks, true)
  try {
    return await cleanInto(paths, job)
  } finally {
    await job.input.close()
  }
}

/** What `clean` with these options would ask and might cost. Sends nothing and writes nothing. */
export async function planClean(input: string, options: CleanOptions, hooks: RunHooks = {}): Promise<Estimate> {
  const job = await openJob(input, options, hooks, false)
  try {
    return await estimate(job)
  } finally {
    await job.input.close()
  }
}

/** A run that is ready to start: options checked, models opened, the whole input read once. */
export interface CleanJob {
  definition: MethodDefinition
  plan: MethodPlan
  /** Options as given, and with defaults. */
  given: Record<string, unknown>
  values: CleanValues & Record<string, unknown>
  models: Models
  input: Input
  scan: Scan
  hooks: RunHooks
}

async function openJob(
  name: string,
  { method = 'rlhn', ...given }: CleanOptions,
  hooks: RunHooks,
  willSend: boolean,
): Promise<CleanJob> {
  const definition = methodNamed(method)
  const values = readOptions(cleanOptions(definition), given) as CleanJob['values']
  const plan = definition.plan(values)
  const models = await openModels(plan, values, { ...(hooks.env && { env: hooks.env }), willSend })
  const input = await openInput(name, values.format)
  try {
    return { definition, plan, given, values, models, input, scan: await scan(input, values), hooks }
  } catch (error) {
    await input.close()
    throw error
  }
}

async function cleanInto(paths: OutputPaths, job: CleanJob): Promise<Manifest> {
  const startedMs = Date.now()
  const { definition, plan, values, models, scan: scanned, hooks } = job
  const ledger = new Ledger(values.ledger ?? defaultLedger(paths.rows))
  try {
    const run = identifyRun(definition, plan, scanned, models.identities, job.given, values.limit)
    const notice = otherReplies(ledger, definition.name, plan, models.identities)
    if (notice) hooks.onNotice?.(notice)
    ledger.runs.start({
      id: run.id,
      inputHash: scanned.hash,
      inputPath: job.input.name,
      method: definition.name,
      settings: { ...run.settings },
      prompts: plan.prompts.map(({ name }) => name),
    })

    const calls = await gatherPhase(job, ledger, run)
    ledger.runs.finishGathering(run.id)
    const totals = await decidePhase({ ...job, identities: models.identities }, ledger, paths, values.limit, calls)
    const manifest = manifestOf({
      command: 'clean',
      run: run.id,
      options: recipeOf(job),
      method: definition.name,
      plan,
      identities: models.identities,
      input: { name: job.input.name, format: job.input.format.name },
      scan: scanned,
      paths,
      calls,
      totals,
      spending: ledger.runs.spending(run.id),
      startedMs,
    })
    await writeManifest(manifest)
    return manifest
  } finally {
    ledger.close()
  }
}

async function gatherPhase(job: CleanJob, ledger: Ledger, run: RunIdentity): Promise<CallTotals> {
  const { plan, values, models, input, scan: scanned, hooks } = job
  const calls = new CallTotals()
  const spent = ledger.runs.spending(run.id)
  const cap = values.maxUsd === undefined ? undefined : Math.round(values.maxUsd * NANO_PER_DOLLAR)
  const ask = gatherAsk({
    ledger,
    run: run.id,
    routes: models.routes,
    budget: new Budget(cap, spent.cost + spent.unsettled),
    observer: calls,
    retryUndecided: values.retryUndecided,
  })
  const rowsTotal = Math.min(scanned.rows, values.limit ?? Infinity)
  let rowsDone = 0
  await gather({
    input,
    method: plan.create(models.identities),
    ask,
    known: scanned.known,
    keepDuplicates: plan.keepDuplicates,
    limit: values.limit ?? Infinity,
    rowsInFlight: 2 * values.concurrency * models.schedulers.length + 16,
    signal: hooks.signal ?? new AbortController().signal,
    onStop: (reason: StopRun) => models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
    onRow: () => hooks.onProgress?.({ phase: 'gather', rowsDone: ++rowsDone, rowsTotal, calls }),
  })
  return calls
}

/** What phase 2 needs of a job; `apply` has the same without models that can be asked. */
export type DecideJob = Pick<CleanJob, 'definition' | 'plan' | 'values' | 'input' | 'scan' | 'hooks'> & {
  identities: Record<string, string>
}

export async function decidePhase(
  { definition, plan, values, input, scan: scanned, hooks, identities }: DecideJob,
  ledger: Ledger,
  paths: OutputPaths,
  limit: number | undefined,
  calls: CallTotals,
): Promise<DecisionTotals> {
  const outputs = await Outputs.open(paths, scanned.badRows > 0)
  const rowsTotal = Math.min(scanned.rows, limit ?? Infinity)
  try {
    const totals = await decide({
      input,
      plan,
      method: plan.create(identities),
      ask: ledgerAsk(ledger),
      policy: definition.policy(values),
      known: scanned.known,
      limit: limit ?? Infinity,
      outputs,
      onRow: (soFar) => hooks.onProgress?.({ phase: 'decide', rowsDone: soFar.rows, rowsTotal, calls, totals: soFar }),
    })
    await outputs.commit()
    return totals
  } catch (error) {
    await outputs.abort()
    throw error
  }
}

/** The options as given, models without credentials: enough to repeat the run. */
function recipeOf({ given, plan, definition, input }: CleanJob): Record<string, unknown> {
  const models = Object.fromEntries(plan.stages.map(({ stage, model }) => [stage, publicModelName(model)]))
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { rows: input.name, method: definition.name, ...options, ...models }
}

// One run of a method over a file of rows: gather evidence about every row, then decide and write, and say what was done.
import type { JobHooks } from './hooks.ts'
import { UsageError } from '../base/errors.ts'
import { ledgerAsk } from '../llm/ask.ts'
import { Ledger } from '../llm/ledger/ledger.ts'
import type { RunRecord } from '../llm/ledger/runs.ts'
import { estimate, type Estimate } from './estimate.ts'
import { GROWTH_OPTIONS } from './growth/options.ts'
import { openJob, type MethodJob, type RunRequest } from './job.ts'
import { manifestOf, writeManifest, type Manifest } from './manifest.ts'
import { assertWritable, defaultLedger, filesInside, filesRead, outputPaths, type OutputPaths } from './outputs.ts'
import { withMeans } from './means.ts'
import { decidePhase, gatherPhase } from './phases.ts'
import { withPublicRefill } from './refill.ts'
import { identifyRun, otherReplies, withoutCredentials, type RunSettings } from './session.ts'
import { fromLedger } from './source.ts'
import { decidingWith } from './stored-run.ts'

/**
 * Runs a method over the rows of a file (a path, or `-`) and writes them to `options.out`, with the manifest and the lists beside it.
 * To go on after any stop, call it again with the same options: what is in the ledger is not asked again.
 * @throws UsageError when it cannot start, StopRun when it had to stop before the end; the outputs are then untouched
 */
export async function runMethod(request: RunRequest, hooks: JobHooks): Promise<Manifest> {
  const { input, options } = request
  const { out, report, writeEvidence, ledger, corpus } = options
  if (out === undefined) throw new UsageError('where to write is not said: name it with --out')
  const paths = outputPaths(out, report, writeEvidence)
  const read = filesRead(input, ledger ?? defaultLedger(paths.rows), options)
  await assertWritable(paths, [...read, ...(await filesInside([corpus]))])
  const job = await openJob(request, hooks, true)
  try {
    return await runInto(paths, job)
  } finally {
    await job.input.close()
  }
}

/** What a run with these options would ask and might cost. Sends nothing and writes nothing. */
export async function planMethod(request: RunRequest, hooks: JobHooks): Promise<Estimate> {
  const job = await openJob(request, hooks, false)
  try {
    return await estimate(job)
  } finally {
    await job.input.close()
  }
}

async function runInto(paths: OutputPaths, job: MethodJob): Promise<Manifest> {
  const startedMs = Date.now()
  const { definition, plan, values, models, scan: scanned, input, hooks } = job
  const ledger = new Ledger(values.ledger ?? defaultLedger(paths.rows))
  try {
    const run = identifyRun(definition, plan, scanned, models.identities, job.given, values.limit)
    const settings = { ...run.settings, limit: farthest(run.settings.limit, ledger.runs.get(run.id)) }
    const notice = otherReplies(ledger, definition.name, plan, models.identities)
    if (notice) hooks.onNotice?.(notice)

    ledger.runs.start({
      id: run.id,
      inputHash: scanned.hash,
      inputPath: input.name,
      method: definition.name,
      settings,
      prompts: plan.prompts.map(({ name }) => name),
    })

    return await withMeans(definition, values, job, hooks, async (means) => {
      const { calls, pilot } = await gatherPhase(job, ledger, run)
      ledger.runs.finishGathering(run.id)
      const decideJob = {
        ...job,
        ...means,
        deciding: decidingWith(definition, values, values),
        source: () => fromLedger(ledger, plan, models.identities, ledgerAsk(ledger)),
        run: { id: run.id, method: definition.name, settings: { ...run.settings, limit: values.limit ?? null } },
      }
      const totals = await decidePhase(decideJob, paths, calls)
      const manifest = manifestOf({
        ...job,
        ...means,
        run: run.id,
        options: withPublicRefill(recipeOf(job), means.refiller),
        identities: models.identities,
        paths,
        calls,
        pilot,
        totals,
        spending: ledger.runs.spending(run.id),
        startedMs,
      })
      await writeManifest(manifest)
      return manifest
    })
  } finally {
    await ledger.close()
  }
}

/** How far a run has ever been asked to go: a later trial of few rows does not make it shorter. */
function farthest(limit: number | null, before: RunRecord | undefined): number | null {
  const earlier = (before?.settings as RunSettings | undefined)?.limit
  if (earlier === undefined) return limit
  return limit === null || earlier === null ? null : Math.max(limit, earlier)
}

/** The options as given, models without credentials: enough to repeat the run. */
function recipeOf({ given, definition, input }: MethodJob): Record<string, unknown> {
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const method = definition.adds === true ? {} : { method: definition.name }
  const named = { ...definition.gatherOptions, ...GROWTH_OPTIONS }
  return { rows: input.name, ...method, ...withoutCredentials(named, options) }
}

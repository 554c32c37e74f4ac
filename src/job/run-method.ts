// One run of a method over a file of rows: gathers evidence about every row, then decides, writes and reports.
import type { JobHooks } from './hooks.ts'
import { UsageError } from '../base/errors.ts'
import { openLedger } from '../llm/ledger/open.ts'
import { LISTS } from '../methods/index.ts'
import { estimate, type Estimate } from './gather/estimate.ts'
import { openJob, type AskingJob, type RunRequest } from './job.ts'
import { assertSomethingToMeasure } from './measurable.ts'
import type { Manifest } from './manifest.ts'
import {
  assertWritable,
  defaultLedger,
  filesInside,
  filesRead,
  holding,
  outputPaths,
  withPage,
  type OutputPaths,
} from './outputs.ts'
import { conclude } from './conclude.ts'
import { fromStored } from './from-stored.ts'
import { assertBatched } from './gather/batch-settings.ts'
import { gatherPhase } from './gather/gather-phase.ts'
import { probingOf } from './gather/probing.ts'
import { recordRun } from './record-run.ts'
import { otherReplies } from './session.ts'
import { withStages } from './stages/stages.ts'
import { storeOf, type EvidenceStore } from './stored/store.ts'

/**
 * Runs a method over the rows of a file (a path, or `-`) and writes them to `options.out`, with the manifest and the lists beside it. To
 * continue after any stop, call it again with the same options: what is in the ledger is not asked again.
 * @throws UsageError if it cannot start, StopRun if it had to stop before the end; the outputs are then untouched
 */
export async function runMethod(request: RunRequest, hooks: JobHooks = {}): Promise<Manifest> {
  const {
    input,
    options,
    definition: { lists: own = [] },
  } = request
  assertBatched(options)
  const { out, report, writeEvidence, ledger, corpus, html } = options
  if (out === undefined) throw new UsageError('no output file: give one with --out')
  const lists = [...LISTS, ...own.map(({ name }) => name)]
  const paths = withPage(outputPaths(out, report, writeEvidence, lists), html)
  const read = filesRead(input, ledger ?? defaultLedger(paths.rows), options)
  await assertWritable(paths, [...read, ...(await filesInside([corpus]))])
  return holding(paths, async () => {
    const job = await openJob(request, hooks, true)
    try {
      await assertSomethingToMeasure(job)
      return await runInto(paths, job)
    } finally {
      await job.input.close()
    }
  })
}

/** Estimates the calls and cost of a run with these options. Sends nothing and writes nothing. */
export async function planMethod(request: RunRequest, hooks: JobHooks): Promise<Estimate> {
  assertBatched(request.options)
  const job = await openJob(request, hooks, false)
  try {
    await assertSomethingToMeasure(job)
    return await estimate(job, (plan) => probingOf({ ...job, plan }))
  } finally {
    await job.input.close()
  }
}

async function runInto(paths: OutputPaths, job: AskingJob): Promise<Manifest> {
  const startedMs = Date.now()
  const { definition, plan, values, models, run, hooks } = job
  const ledger = await openLedger(values.ledger ?? defaultLedger(paths.rows), { onNotice: hooks.onNotice })
  try {
    const notice = await otherReplies(ledger, definition.name, plan, models.identities)
    if (notice) hooks.onNotice?.(notice)

    const recorded = await recordRun(job, ledger)
    return await withStages(job, async (stages) => {
      const gathered = await gatherPhase(job, ledger, recorded.isGathered)
      const { cascade, rest } = gathered
      // A trial of fewer rows measures another gate, which does not replace that of all rows.
      if (cascade && recorded.limit === run.settings.limit) await recorded.restart(cascade)
      await ledger.runs.finishGathering(run.id)
      const measured = { ...job, run: { ...run, settings: { ...run.settings, cascade } } }
      const finish = (store: EvidenceStore) => conclude(measured, store, stages, { paths, startedMs, ...gathered })
      return rest === undefined
        ? finish(storeOf(ledger))
        : fromStored(rest, { ledger, recorded, calls: gathered.calls }, finish)
    })
  } finally {
    await ledger.close()
  }
}

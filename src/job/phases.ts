// The two phases over a job: gather with models that can be asked, decide with the ledger alone.
import { UsageError } from '../base/errors.ts'
import { gatherAsk } from '../llm/ask.ts'
import type { Cap } from '../llm/cap.ts'
import { StopRun } from '../llm/errors.ts'
import type { Ledger } from '../llm/ledger/ledger.ts'
import { costOf, NANO_PER_DOLLAR } from '../llm/prices.ts'
import { isUndecided, type Decision } from '../methods/policy.ts'
import type { Surveyed } from '../methods/definition.ts'
import { methodNamed } from '../methods/index.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Row } from '../rows/row.ts'
import { decide, type DecideOptions } from './decide.ts'
import { headOf, type EvidenceHead } from '../evidence/record.ts'
import { gather } from './gather.ts'
import type { MethodJob } from './job.ts'
import type { Means } from './means.ts'
import { Outputs, type OutputPaths, type Sidecar } from './outputs.ts'
import { inPilot, Pilot, pilotSize, stopAfterPilot, type PilotReport } from './pilot.ts'
import type { RunIdentity } from './session.ts'
import type { EvidenceSource } from './source.ts'
import type { Deciding, StoredRun } from './stored-run.ts'
import { surveyRows } from './survey.ts'
import { CallTotals, type DecisionTotals } from './totals.ts'

/** What came of phase 1. */
export interface Gathered {
  calls: CallTotals
  pilot: PilotReport | undefined
}

/** @throws StopRun, saying where the run stands, when it had to end early. */
export async function gatherPhase(job: MethodJob, ledger: Ledger, run: RunIdentity): Promise<Gathered> {
  const { definition, plan, values, models, input, scan: scanned, hooks } = job
  const calls = new CallTotals()
  const ask = gatherAsk({
    ledger,
    run: run.id,
    routes: models.routes,
    cap: capOf(job, ledger, run),
    observer: calls,
    retryUndecided: values.retryUndecided,
  })
  const limit = values.limit ?? Infinity
  const rowsTotal = Math.min(scanned.rows, limit)
  const policy = definition.policy(values, values)
  const standing = { rowsDone: 0, falseNegatives: 0, added: 0, undecided: 0 }
  const added = () => (definition.adds ? standing.added : undefined)
  const gatherRows = (select: (index: number) => boolean, note: RowNote = () => undefined) =>
    gather({
      input,
      method: plan.create(models.identities),
      ask,
      known: scanned.known,
      plan,
      limit,
      select,
      callsAhead: 2 * values.concurrency * models.schedulers.length + 16,
      signal: hooks.signal ?? new AbortController().signal,
      onStop: (reason: StopRun) => models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
      onRow: (row, evidence) => {
        const decision = policy(row, evidence)
        standing.rowsDone += 1
        standing.falseNegatives += decision.falseNegatives
        standing.added += decision.added?.length ?? 0
        if (isUndecided(decision)) standing.undecided += 1
        note(row, evidence, decision)
        hooks.onRow?.({ phase: 'gather', rowsTotal, calls, ...standing, added: added() })
      },
    })
  try {
    const size = pilotSize(values.pilot, rowsTotal)
    const isPilot = inPilot(size, rowsTotal)
    const report =
      size === 0 ? undefined : await pilotOf(job, calls, rowsTotal - size, (note) => gatherRows(isPilot, note))
    await gatherRows((index) => !isPilot(index))
    await ask.settled()
    return { calls, pilot: report }
  } catch (error) {
    // Parts of a row may still be in flight: their replies are paid for.
    await ask.settled()
    throw error instanceof StopRun ? withStanding(error, standing.rowsDone, rowsTotal, ledger, run) : error
  } finally {
    await models.close()
  }
}

type RowNote = (row: Row, evidence: Evidence[], decision: Decision) => void

/** Asks about the rows of the pilot, and tells what they show. @throws StopRun when it shows too much */
async function pilotOf(
  { definition, plan, values, hooks }: MethodJob,
  calls: CallTotals,
  rowsLeft: number,
  gatherRows: (note: RowNote) => Promise<void>,
): Promise<PilotReport> {
  const pilot = new Pilot(definition, plan, values)
  await gatherRows((...seen) => pilot.add(...seen))
  const report = pilot.report(calls, rowsLeft)
  hooks.onPilot?.(report)
  stopAfterPilot(report, values.noStop)
  return report
}

/**
 * The cap of a run. Replies of earlier starts that had no price then have one now.
 * @throws UsageError when some came without token counts, so that nobody knows
 */
function capOf({ models, values }: MethodJob, ledger: Ledger, run: RunIdentity): Cap | undefined {
  if (values.maxUsd === undefined) return undefined
  const most = Math.round(values.maxUsd * NANO_PER_DOLLAR)
  const { unsettled, unpriced } = ledger.runs.spending(run.id)
  if (unpriced === 0) return { most, unrecorded: 0 }
  const tokens = ledger.runs.unpricedTokens(run.id)
  const uncounted = tokens.reduce((sum, stage) => sum + stage.uncounted, 0)
  // What came without token counts while a price was known is in `unsettled` already.
  if (uncounted > 0 && unsettled === 0) {
    throw new UsageError(
      `--max-usd: ${uncounted} earlier replies of run ${run.id} came without token counts or price, so what is left is unknown`,
      {
        hint: 'Go on without --max-usd.',
      },
    )
  }
  const unrecorded = tokens.reduce(
    (sum, { stage, input, output }) =>
      sum + (costOf(models.routes.get(stage)?.model.price, { input, output, cached: 0, reasoning: 0 }) ?? 0),
    0,
  )
  return { most, unrecorded }
}

/** The same stop, with where the run stands. */
function withStanding(stop: StopRun, rowsDone: number, rowsTotal: number, ledger: Ledger, run: RunIdentity): StopRun {
  const { replies, cost, unpriced } = ledger.runs.spending(run.id)
  const spent = unpriced > 0 ? 'at unknown cost' : `for $${(cost / NANO_PER_DOLLAR).toFixed(4)}`
  const standing = `${rowsDone} of ${rowsTotal} rows were gone through; run ${run.id} holds ${replies} replies ${spent}; no rows were written`
  return new StopRun(stop.code, `${stop.message}\n${standing}`, {
    cause: stop,
    ...(stop.hint !== undefined && { hint: stop.hint }),
  })
}

/** What phase 2 needs of a job; `apply` has the same without models that can be asked. */
export type DecideJob = Pick<MethodJob, 'plan' | 'input' | 'scan' | 'hooks'> & {
  deciding: Deciding
  /** Opens the evidence, for a pass from the first row to the last. */
  source: () => EvidenceSource
  /** Whose evidence it is; its limit is how far this pass goes. */
  run: StoredRun
} & Means

export async function decidePhase(job: DecideJob, paths: OutputPaths, calls: CallTotals): Promise<DecisionTotals> {
  const { plan, deciding, input, scan: scanned, hooks, run, refiller, meter, to } = job
  const adds = methodNamed(run.method).adds === true
  const source = job.source()
  const surveyed = await surveyPhase(job, calls)
  const policy = deciding.policy(surveyed?.figures)
  const without: Sidecar[] = [...(adds ? [] : ['discarded' as const]), ...(scanned.badRows > 0 ? [] : ['bad' as const])]
  const outputs = await Outputs.open(paths, without, evidenceHead(job))
  const limit = run.settings.limit ?? Infinity
  const rowsTotal = Math.min(scanned.rows, limit)
  try {
    const options: DecideOptions = {
      input,
      plan,
      source,
      policy,
      known: scanned.known,
      limit,
      outputs,
      refiller,
      meter,
      to,
      adds,
      signal: hooks.signal,
      onRow: ({ rows, falseNegativesFound: falseNegatives, growth, unread: undecided }) => {
        const added = adds ? (growth?.accepted ?? 0) : undefined
        hooks.onRow?.({ phase: 'decide', rowsDone: rows, rowsTotal, calls, falseNegatives, added, undecided })
      },
    }
    const totals = await source.reading(() => decide(options))
    totals.figures = { ...totals.figures, ...surveyed?.figures }
    await outputs.commit()
    return totals
  } catch (error) {
    await outputs.abort()
    throw error
  }
}

/** Looks over the evidence of all rows, where the method does. @throws StopRun when nothing should be written after that */
async function surveyPhase(job: DecideJob, calls: CallTotals): Promise<Surveyed | undefined> {
  const { deciding, scan: scanned, hooks, run } = job
  const survey = deciding.survey()
  if (survey === undefined) return undefined
  const limit = run.settings.limit ?? Infinity
  const rowsTotal = Math.min(scanned.rows, limit)
  const onRow = (rowsDone: number) =>
    hooks.onRow?.({ phase: 'survey', rowsDone, rowsTotal, calls, falseNegatives: 0, undecided: 0 })
  const source = job.source()
  const { input, plan } = job
  const surveyed = await source.reading(() =>
    surveyRows({ input, plan, source, survey, known: scanned.known, limit, signal: hooks.signal, onRow }),
  )
  for (const warning of surveyed.warnings) hooks.onNotice?.(warning)
  const { refusal } = surveyed
  if (refusal) {
    const figures = methodNamed(run.method).describe(surveyed.figures)
    throw new StopRun('refused', [`${refusal.reason}; no rows were written`, ...figures].join('\n'), {
      hint: refusal.hint,
    })
  }
  return surveyed
}

function evidenceHead({ run: { id, method, settings }, plan, scan: scanned }: DecideJob): EvidenceHead {
  return headOf({
    run: id,
    method,
    input: scanned.hash,
    models: settings.identities,
    prompts: plan.prompts.map(({ name }) => name),
    options: settings.options,
    limit: settings.limit,
  })
}

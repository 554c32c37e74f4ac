// Phase 1 of a job: asks models about every row, a pilot first, until all replies are in the ledger.
import { gatherAsk } from '../../llm/ask.ts'
import { StopRun } from '../../llm/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'
import { isMeasured, type MeasuredValues } from '../../policy/measured.ts'
import { untouched, type DecidedRow } from '../../policy/decided.ts'
import { isUndecided } from '../../policy/policy.ts'
import { rowsOf, type AskingJob } from '../job.ts'
import type { CheckReport } from '../../judging/check.ts'
import { CallTotals } from '../call-totals.ts'
import { capOf } from './cap.ts'
import { gather } from './gather.ts'
import { checkModels } from './probing.ts'
import { inPilot, Pilot, pilotSize, spentIn, stopAfterPilot, type PilotReport } from './pilot.ts'

/** The results of phase 1. */
export interface GatherOutcome {
  calls: CallTotals
  check: CheckReport | undefined
  pilot: PilotReport | undefined
}

/** @throws StopRun with the progress of the run if it had to end early */
export async function gatherPhase(job: AskingJob, ledger: Ledger): Promise<GatherOutcome> {
  const { definition, plan, values, models, deciding, hooks, run } = job
  const calls = new CallTotals()
  const ask = gatherAsk({
    ledger,
    run: run.id,
    routes: models.routes,
    cap: capOf(job, ledger),
    observer: calls,
    retryUndecided: values.retryUndecided,
  })
  const rowsTotal = rowsOf(job)
  const policy = deciding.policy()
  const standing = { rowsDone: 0, falseNegatives: 0, added: 0, undecided: 0 }
  const added = () => (definition.afterPolicy?.counts === 'added' ? standing.added : undefined)
  const gatherRows = (select: (index: number) => boolean, note: RowNote = () => undefined) =>
    gather(job, {
      method: plan.create(models.identities),
      ask,
      select,
      callsAhead: 2 * values.concurrency * models.schedulers.length + 16,
      signal: hooks.signal ?? new AbortController().signal,
      onStop: (reason: StopRun) => models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
      onRow: (entry, evidence) => {
        const decision = policy(entry.row, evidence)
        standing.rowsDone += 1
        standing.falseNegatives += decision.falseNegatives
        standing.added += decision.added?.length ?? 0
        if (isUndecided(decision)) standing.undecided += 1
        note({ ...untouched(entry), evidence, decision })
        hooks.onRow?.({ phase: 'gather', rowsTotal, calls, ...standing, added: added() })
      },
    })
  try {
    const check = await checkModels(job, ask, calls)
    const size = pilotSize(values.pilot, rowsTotal)
    const isPilot = inPilot(size, rowsTotal)
    const report =
      size === 0 ? undefined : await pilotOf(job, calls, rowsTotal - size, (note) => gatherRows(isPilot, note))
    await gatherRows((index) => !isPilot(index))
    await ask.settled()
    return { calls, check, pilot: report }
  } catch (error) {
    // Parts of a row may still be in flight: their replies are paid for.
    await ask.settled()
    throw error instanceof StopRun ? withStanding(error, standing.rowsDone, rowsTotal, ledger, run.id) : error
  } finally {
    await models.close()
  }
}

type RowNote = (decided: DecidedRow) => void

/** Asks about the rows of the pilot and reports the results. @throws StopRun if it has warnings, unless told to go on */
async function pilotOf(
  { definition, plan, values, hooks }: AskingJob,
  calls: CallTotals,
  rowsLeft: number,
  gatherRows: (note: RowNote) => Promise<void>,
): Promise<PilotReport> {
  const pilot = new Pilot(plan, definition, isMeasured(values as Partial<MeasuredValues>))
  const before = spentIn(calls)
  await gatherRows((decided) => pilot.add(decided))
  const report = pilot.report(calls, rowsLeft, before)
  hooks.onPilot?.(report)
  stopAfterPilot(report, values.noStop)
  return report
}

/** Returns the same stop with the progress of the run. */
function withStanding(stop: StopRun, rowsDone: number, rowsTotal: number, ledger: Ledger, run: string): StopRun {
  const { replies, cost, unpriced } = ledger.runs.spending(run)
  const spent = unpriced > 0 ? 'at unknown cost' : `for $${(cost / NANO_PER_DOLLAR).toFixed(4)}`
  const standing = `processed ${rowsDone} of ${rowsTotal} rows; run ${run} has ${replies} replies ${spent}; no rows were written`
  return new StopRun(stop.code, `${stop.message}\n${standing}`, {
    cause: stop,
    ...(stop.hint !== undefined && { hint: stop.hint }),
  })
}

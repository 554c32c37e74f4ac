// The check of the models before a run: which rows it probes, and how they are asked about.
import { StopRun } from '../../llm/errors.ts'
import type { Ask } from '../../llm/chat.ts'
import { leftOut, probeCount, reportOn, stopAfterCheck, type CheckReport } from '../../judging/check.ts'
import { probesOf } from '../../judging/canaries.ts'
import { thresholdsOf } from '../../judging/options.ts'
import type { ReadProbe } from '../../judging/findings.ts'
import { isAsked } from '../../method/definition.ts'
import type { JudgeCheck, Probe } from '../../method/probe.ts'
import type { CallTotals } from '../call-totals.ts'
import type { RowProgress } from '../hooks.ts'
import { rowsOf, type AskingJob } from '../job.ts'
import { prepare } from '../prepare.ts'
import { uncheckedFor } from '../probe-sample.ts'

/** What will be probed; a reason when nothing is; undefined for methods that cannot be checked. */
export type Probing = { check: JudgeCheck; probes: Probe[] } | { leftOut: string } | undefined

/** Makes the probes of a job. The same input and limit give the same ones. */
export function probingOf(job: AskingJob): Probing {
  const { plan, models, values, scan, sample } = job
  const { check } = plan
  if (check === undefined) return undefined
  const why = uncheckedFor(models, values)
  if (why !== undefined || sample === undefined) return { leftOut: why ?? '' }
  const rows = rowsOf(job)
  const count = probeCount(rows, check.cost, values.checkRows)
  if (count === 0) return { leftOut: `too few rows (${rows}); --check-rows N checks all the same` }
  const asked = sample.rows().map((row) => prepare(row, scan.known, plan.keepDuplicates).asked)
  const probes = probesOf(
    asked.filter((row) => isAsked(job.definition, row)),
    {
      count,
      candidates: check.candidates,
      canHoldOut: (row) => !plan.taskOf(row).multiHop,
      isKnown: (row, passage) =>
        scan.known.knownIn({ ...row, passages: [{ ...passage, label: 'negative' }] }).length > 0,
    },
  )
  return probes.length === 0
    ? { leftOut: 'no row has a passage of another row that is far from it' }
    : { check, probes }
}

/** Asks about the probes. @throws StopRun when a model is not to be believed, or as asking does */
export async function checkModels(job: AskingJob, ask: Ask, calls: CallTotals): Promise<CheckReport | undefined> {
  const { hooks, models, values } = job
  const probing = probingOf(job)
  if (probing === undefined) return undefined
  if ('leftOut' in probing) return leftOut(probing.leftOut)
  const { check, probes } = probing
  const look = check.create(models.identities)
  let rowsDone = 0
  const progress = (): RowProgress => ({
    phase: 'check',
    rowsDone,
    rowsTotal: probes.length,
    calls,
    falseNegatives: 0,
    undecided: 0,
  })
  hooks.onStart?.(progress())
  const one = async (probe: Probe): Promise<ReadProbe> => {
    const readings = await look(probe, ask)
    rowsDone += 1
    hooks.onRow?.(progress())
    return { probe, readings }
  }
  const read = await allOrStop(probes.map(one), job)
  const report = reportOn(read, thresholdsOf(values))
  for (const warning of report.warnings) hooks.onNotice?.(`check: ${warning}`)
  stopAfterCheck(report)
  return report
}

/** Waits for all of them; the first failure, or an interrupt, ends the others. @throws that failure */
async function allOrStop<T>(work: Promise<T>[], { models, hooks: { signal } }: AskingJob): Promise<T[]> {
  let stop: Error | undefined
  const end = (reason: Error) => {
    if (stop) return
    stop = reason
    const why = reason instanceof StopRun ? reason : new StopRun('failed', reason.message, { cause: reason })
    for (const scheduler of models.schedulers) scheduler.stop(why)
  }
  const interrupt = () => end(signal?.reason as Error)
  signal?.addEventListener('abort', interrupt, { once: true })
  if (signal?.aborted) interrupt()
  await Promise.all(work.map((each) => each.catch(end)))
  signal?.removeEventListener('abort', interrupt)
  if (stop) throw stop
  return Promise.all(work)
}

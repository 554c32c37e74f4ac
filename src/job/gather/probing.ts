// The check of the models before a run: which rows it probes, and how they are asked about.
import { Suspended } from '../../llm/batch/suspended.ts'
import { StopRun } from '../../llm/errors.ts'
import type { Ask } from '../../llm/chat.ts'
import { leftOut, probeCount, reportOn, stopAfterCheck, TELLING_PROBES, type CheckReport } from '../../judging/check.ts'
import { isOpen } from '../../judging/conclusion.ts'
import { probesOf } from '../../judging/canaries.ts'
import { thresholdsOf } from '../../judging/options.ts'
import type { ReadProbe } from '../../judging/findings.ts'
import { isAsked } from '../../method/definition.ts'
import type { JudgeCheck, Probe } from '../../method/probe.ts'
import type { CallTotals } from '../call-totals.ts'
import type { RowProgress } from '../hooks.ts'
import { rowsOf, type AskingJob } from '../job.ts'
import { prepare } from '../prepare.ts'
import type { Row } from '../../rows/row.ts'
import { uncheckedFor } from '../probe-sample.ts'

/** What will be probed; a reason when nothing is; undefined for methods that cannot be checked. */
export type Probing = ProbeSet | { leftOut: string } | undefined

interface ProbeSet {
  check: JudgeCheck
  probes: Probe[]
  /** Returns more probes, these included, for a judge that they do not speak for; the same where there are no more. */
  more(): Probe[]
}

/** Makes the probes of a job. The same input and limit give the same ones. */
export function probingOf(job: AskingJob): Probing {
  const { plan, models, values, sample } = job
  const { check } = plan
  if (check === undefined) return undefined
  const why = uncheckedFor(models, values)
  if (why !== undefined || sample === undefined) return { leftOut: why ?? '' }
  const rows = rowsOf(job)
  const count = probeCount(rows, check.cost, values.checkRows)
  if (count === 0) return { leftOut: `too few rows (${rows}); --check-rows N checks all the same` }
  const probes = makeProbes(job, check, sample.rows(), count)
  const isAll = values.checkRows !== undefined || count >= TELLING_PROBES
  return probes.length === 0
    ? { leftOut: 'no row has a passage of another row that is far from it' }
    : { check, probes, more: () => (isAll ? probes : makeProbes(job, check, sample.rows(), TELLING_PROBES)) }
}

function makeProbes(job: AskingJob, { candidates }: JudgeCheck, rows: readonly Row[], count: number): Probe[] {
  const { plan, scan, definition } = job
  const asked = rows.map((row) => prepare(row, scan.known, plan.keepDuplicates).asked)
  return probesOf(
    asked.filter((row) => isAsked(definition, row)),
    {
      count,
      candidates,
      canHoldOut: (row) => !plan.tasks.of(row).multiHop,
      isKnown: (row, passage) =>
        scan.known.knownIn({ ...row, passages: [{ ...passage, label: 'negative' }] }).length > 0,
    },
  )
}

/** Asks about the probes. @throws StopRun when a model is not to be believed, Suspended if some wait for a batch job, or as asking does */
export async function checkModels(job: AskingJob, ask: Ask, calls: CallTotals): Promise<CheckReport | undefined> {
  const { hooks, values } = job
  const probing = probingOf(job)
  if (probing === undefined) return undefined
  if ('leftOut' in probing) return leftOut(probing.leftOut)
  const thresholds = thresholdsOf(values)
  const read = await readProbes(job, probing.check, probing.probes, ask, calls)
  let report = reportOn(read, thresholds)
  if (report.reasons.length === 0 && isOpen(report.stages, thresholds)) {
    const asked = new Set(probing.probes.map(({ row: { id } }) => id))
    const more = probing.more().filter(({ row }) => !asked.has(row.id))
    report = reportOn([...read, ...(await readProbes(job, probing.check, more, ask, calls))], thresholds)
  }
  for (const warning of report.warnings) hooks.onNotice?.(`check: ${warning}`)
  stopAfterCheck(report)
  return report
}

async function readProbes(
  job: AskingJob,
  check: JudgeCheck,
  probes: readonly Probe[],
  ask: Ask,
  calls: CallTotals,
): Promise<ReadProbe[]> {
  const look = check.create(job.models.identities)
  let rowsDone = 0
  const progress = (): RowProgress => ({
    phase: 'check',
    rowsDone,
    rowsTotal: probes.length,
    calls,
    falseNegatives: 0,
    undecided: 0,
  })
  job.hooks.onStart?.(progress())
  const one = async (probe: Probe): Promise<ReadProbe | undefined> => {
    const readings = await look(probe, ask).catch(noneIfSuspended)
    if (readings === undefined) return undefined
    rowsDone += 1
    job.hooks.onRow?.(progress())
    return { probe, readings }
  }
  const read = (await allOrStop(probes.map(one), job)).filter((each) => each !== undefined)
  if (read.length < probes.length) throw new Suspended()
  return read
}

/** The other probes go on. */
function noneIfSuspended(error: unknown): undefined {
  if (!(error instanceof Suspended)) throw error
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

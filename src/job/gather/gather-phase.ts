// Phase 1 of a job: asks models about every row, a pilot first, until all replies are in the ledger.
import { Bits } from '../../base/bits.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { Suspended } from '../../llm/batch/suspended.ts'
import type { RowLine } from '../../rows/read.ts'
import { StopRun } from '../../llm/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'
import { isMeasured, type MeasuredValues } from '../../policy/measured.ts'
import { untouched } from '../../policy/decided.ts'
import { batchTotals, type BatchTotals } from '../batch-totals.ts'
import { rowsOf, type AskingJob } from '../job.ts'
import { gateOf, type CascadeRecord } from '../../judging/cascade/record.ts'
import { promiseLines } from '../../judging/cascade/words.ts'
import type { CascadePlan, Gate } from '../../method/cascade.ts'
import type { CheckReport } from '../../judging/check.ts'
import { CallTotals } from '../call-totals.ts'
import { calibrate, isLeft } from './calibrating.ts'
import { openAsking, type Asking } from './asking.ts'
import { BATCH_OPEN } from './batching.ts'
import { gather, type GatherRequest } from './gather.ts'
import { checkModels } from './probing.ts'
import type { GatherRows, RowNote } from './gather-rows.ts'
import { inShard, rowsToAsk } from './in-shard.ts'
import { SHARD_DONE } from './shard.ts'
import { Standing } from './standing.ts'
import { inPilot, Pilot, pilotSize, spentIn, stopAfterPilot, type PilotReport, type StageWeight } from './pilot.ts'

/** The results of phase 1. */
export interface GatherOutcome {
  calls: CallTotals
  check: CheckReport | undefined
  pilot: PilotReport | undefined
  /** The cascade as it was measured; undefined if the method or its options have none. */
  cascade: CascadeRecord | undefined
  /** Undefined if the run has had no batch jobs. */
  batch: BatchTotals | undefined
  /** The rows that were not asked about, as the ledger should have their replies. Undefined if none are left. */
  rest: Rest | undefined
}

/** Rows that an earlier start has asked about. */
export interface Rest {
  /** Asks about them, and counts from where the pilot ended: some replies are missing. @throws StopRun with the progress of the run if it had to end early */
  ask(): Promise<void>
  /** Ends the gathering. */
  close(): Promise<void>
}

/**
 * @param isGathered whether an earlier start has asked about all rows; then only check and pilot are asked
 * @throws StopRun with the progress of the run if it had to end early
 */
export async function gatherPhase(job: AskingJob, ledger: Ledger, isGathered: boolean): Promise<GatherOutcome> {
  const { models, run, values } = job
  const calls = new CallTotals()
  const rowsTotal = rowsToAsk(job)
  const standing = new Standing(rowsTotal, calls, job.definition.afterPolicy?.counts === 'added')
  const asking = await openAsking(job, ledger, calls)
  const gatherRows = inShard(job, ledger, rowGatherer(job, asking, standing))
  const close = async () => {
    await asking.close()
    await models.close()
    // Deciding writes nothing, and has the memory of the writing thread.
    await ledger.stopWriting()
  }
  const part = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const done = await work()
      await asking.settled()
      return done
    } catch (error) {
      // Parts of a row may still be in flight: their replies are paid for.
      await asking.settled()
      if (!(error instanceof StopRun) || TOLD.includes(error.code)) throw error
      throw await withStanding(error, standing.rowsDone, rowsTotal, ledger, run.id)
    }
  }
  const mayReadRest = isGathered && values.retryUndecided !== true && job.shard === undefined
  try {
    const asked = await part(async () => {
      const check = await asking.complete(true, () => checkFirst(job, asking, calls))
      const rows = job.plan.cascade
        ? await throughGate(job, calls, gatherRows)
        : await allRows(job, calls, gatherRows, mayReadRest)
      return { check, ...rows }
    })
    const { rest } = asked
    const batch = await batchTotals(ledger, run.id)
    if (rest === undefined) await close()
    return { calls, batch, ...asked, rest: rest && { ask: () => part(rest), close } }
  } catch (error) {
    await close()
    throw error
  }
}

/** Stops that say themselves how far the run is. */
const TOLD = [BATCH_OPEN, SHARD_DONE]

/** Asks about the rows that a function selects, and goes on until each is done. */
function rowGatherer(job: AskingJob, asking: Asking, standing: Standing): GatherRows {
  const policy = job.deciding.policy()
  return (select, note = () => undefined, { gate, isFirst = false } = {}) => {
    const done = new Bits(rowsOf(job))
    const onRow = (entry: RowLine, evidence: Evidence[], index: number) => {
      done.add(index)
      const decision = policy(entry.row, evidence)
      standing.add(decision)
      note({ ...untouched(entry), evidence, decision })
      job.hooks.onRow?.(standing.progress())
    }
    const onBegun = (expected: number) => {
      standing.begin(expected)
      if (standing.rowsDone === 0) job.hooks.onStart?.(standing.progress())
    }
    const isOpen = (index: number) => select(index) && !done.has(index)
    return asking.complete(isFirst, () => pass(job, asking, { select: isOpen, gate, isFirst, onRow, onBegun }))
  }
}

interface PassOptions extends Pick<GatherRequest, 'select' | 'onRow' | 'onBegun'> {
  gate?: Gate | undefined
  isFirst: boolean
}

/** Asks about rows once. @throws Suspended if some wait for a batch job */
function pass(job: AskingJob, asking: Asking, { gate, isFirst, ...rows }: PassOptions): Promise<void> {
  const { plan, models, hooks } = job
  return gather(job, {
    ...rows,
    method: plan.create(models.identities, gate),
    ask: asking.of(isFirst),
    isFull: () => asking.isFull(isFirst),
    callsAhead: 2 * models.callsAtOnce + 16,
    elsewhere: asking.elsewhere,
    signal: hooks.signal ?? new AbortController().signal,
    onStop: (reason: StopRun) => models.schedulers.forEach((scheduler) => scheduler.stop(reason)),
  })
}

/** Checks the models. What waits for a batch job is accompanied by the first questions of the pilot, so that both go in one. */
async function checkFirst(job: AskingJob, asking: Asking, calls: CallTotals) {
  try {
    return await checkModels(job, asking.of(true), calls)
  } catch (error) {
    if (error instanceof Suspended && job.plan.cascade === undefined) {
      const total = rowsOf(job)
      const select = inPilot(pilotSize(job.values.pilot, total), total)
      await pass(job, asking, { select, isFirst: true, onRow: () => undefined }).catch(unlessSuspended)
    }
    throw error
  }
}

function unlessSuspended(error: unknown): void {
  if (!(error instanceof Suspended)) throw error
}

/** @param mayReadRest whether the rows after the pilot need not be asked about if the pilot was in the ledger */
async function allRows(job: AskingJob, calls: CallTotals, gatherRows: GatherRows, mayReadRest: boolean) {
  const total = rowsOf(job)
  const size = pilotSize(job.values.pilot, total)
  const isPilot = inPilot(size, total)
  const [before, takeBack] = [sentIn(calls), calls.mark()]
  const pilot =
    size === 0
      ? undefined
      : await pilotOf(job, calls, total - size, (note) => gatherRows(isPilot, note, { isFirst: true }))
  const rest = () => gatherRows((index) => !isPilot(index), undefined, { isRest: true })
  if (mayReadRest && sentIn(calls) === before) {
    const putBack = calls.mark()
    // Whoever reads all rows counts those of the pilot as well.
    takeBack()
    const anew = () => {
      putBack()
      return rest()
    }
    return { pilot, cascade: undefined, rest: anew }
  }
  await rest()
  return { pilot, cascade: undefined, rest: undefined }
}

const sentIn = (calls: CallTotals): number => calls.sum('made') + calls.sum('failed')

/** Asks about rows that measure the gate of a cascade, of which the first are the pilot, and then about those that pass it. */
async function throughGate(job: AskingJob, calls: CallTotals, gatherRows: GatherRows) {
  const { plan, draws, values, hooks } = job
  const total = rowsOf(job)
  const hasPilot = pilotSize(values.pilot, total) > 0
  let pilot: PilotReport | undefined
  const cascade = await calibrate(plan.cascade as CascadePlan, draws?.all ?? [], total, async (round) => {
    const { select, gate, note, size } = round
    if (!hasPilot || pilot) return gatherRows(select, note, { gate })
    pilot = await pilotOf(job, calls, total - size, (also) =>
      gatherRows(select, (decided) => [note, also].forEach((each) => each(decided)), { gate, isFirst: true }),
    )
  })
  for (const line of promiseLines(cascade)) hooks.onNotice?.(`cascade: ${line}`)
  await gatherRows(isLeft(cascade, draws?.all ?? []), undefined, { gate: gateOf(cascade), isRest: true })
  return { pilot, cascade, rest: undefined }
}

/** Asks about the rows of the pilot and reports the results. @throws StopRun if it has warnings, unless told to go on */
async function pilotOf(
  { definition, plan, values, models, hooks }: AskingJob,
  calls: CallTotals,
  rowsLeft: number,
  gatherRows: (note: RowNote) => Promise<void>,
): Promise<PilotReport> {
  const pilot = new Pilot(plan, definition, isMeasured(values as Partial<MeasuredValues>))
  const weightOf = laterWeights(models)
  const before = spentIn(calls, weightOf)
  await gatherRows((decided) => pilot.add(decided))
  const report = pilot.report(calls, rowsLeft, before, weightOf)
  hooks.onPilot?.(report)
  stopAfterPilot(report, values.noStop)
  return report
}

/** The pilot of a run by batch jobs is asked online; the rest costs what a batch costs. Undefined if that is unknown. */
function laterWeights({ batch, routes }: AskingJob['models']): StageWeight | undefined {
  const weights = new Map<string, number>()
  for (const [stage, { price }] of batch?.models ?? []) {
    const online = routes.get(stage)?.model.price
    if (price === undefined || online === undefined) return undefined
    weights.set(
      stage,
      online.input + online.output === 0 ? 1 : (price.input + price.output) / (online.input + online.output),
    )
  }
  return (stage) => weights.get(stage) ?? 1
}

/** Returns the same stop with the progress of the run. */
async function withStanding(
  stop: StopRun,
  rowsDone: number,
  rowsTotal: number,
  ledger: Ledger,
  run: string,
): Promise<StopRun> {
  const { replies, cost, unpriced } = await ledger.runs.spending(run)
  const spent = unpriced > 0 ? 'at unknown cost' : `for $${(cost / NANO_PER_DOLLAR).toFixed(4)}`
  const standing = `processed ${rowsDone} of ${rowsTotal} rows; run ${run} has ${replies} replies ${spent}; no rows were written`
  return new StopRun(stop.code, `${stop.message}\n${standing}`, {
    cause: stop,
    ...(stop.hint !== undefined && { hint: stop.hint }),
  })
}

// Phase 1: asks the questions of every row, in any order, until all replies are in the ledger.
import type { WaitingElsewhere } from '../../llm/ask.ts'
import type { Ask } from '../../llm/chat.ts'
import { Suspended } from '../../llm/batch/suspended.ts'
import { StopRun } from '../../llm/errors.ts'
import { isAsked } from '../../method/definition.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { Method } from '../../method/method.ts'
import { readRows, type RowLine } from '../../rows/read.ts'
import { limitOf, type Job } from '../job.ts'
import { prepare } from '../prepare.ts'

/** The parts of a job that gathering needs. */
type GatherJob = Pick<Job, 'definition' | 'input' | 'plan' | 'scan' | 'run'>

/** The rows to ask about, the way to ask, and the callbacks. */
export interface GatherRequest {
  method: Method
  ask: Ask
  /** Selects rows by index from 0. Default: all. */
  select?: (index: number) => boolean
  /** Whether no more rows should be begun: those that are left are suspended. */
  isFull?: () => boolean
  /** Calls that the rows in progress may make together; a row starts only while there are fewer. */
  callsAhead: number
  /** Requests that wait for another process; they make room for further rows. */
  elsewhere?: WaitingElsewhere
  /** Ends the phase; its reason is thrown once everything in flight has finished. */
  signal: AbortSignal
  /** Called once if the phase must end early, before it waits for what is in flight. */
  onStop(reason: StopRun): void
  /** Called when a row is begun, with the calls that it is expected to make. */
  onBegun?(calls: number): void
  /** Called with the evidence about a row, by its index, once all its replies have arrived. */
  onRow(entry: RowLine, evidence: Evidence[], index: number): void
}

/**
 * @throws StopRun after everything in flight has finished, or the first unexpected error; Suspended if some rows wait for a batch job, once
 * all others are done
 */
export async function gather(job: GatherJob, options: GatherRequest): Promise<void> {
  const rows = new RowPool(options.callsAhead, options.elsewhere)
  let stop: Error | undefined
  const end = (reason: Error) => {
    if (stop) return
    stop = reason
    options.onStop(reason instanceof StopRun ? reason : new StopRun('failed', reason.message, { cause: reason }))
    rows.release()
  }
  let isSuspended = false
  const onError = (error: Error) => {
    if (error instanceof Suspended) isSuspended = true
    else end(error)
  }
  const interrupt = () => end(options.signal.reason as Error)
  options.signal.addEventListener('abort', interrupt, { once: true })
  if (options.signal.aborted) interrupt()

  try {
    await job.input.assertUnchanged()
    const isWhole = await startRows(job, options, rows, onError, () => stop !== undefined)
    if (!isWhole) isSuspended = true
  } catch (error) {
    end(error as Error)
  }
  await rows.settled()
  options.signal.removeEventListener('abort', interrupt)
  if (stop) throw stop
  if (isSuspended) throw new Suspended()
}

/** @returns whether all were begun */
async function startRows(
  job: GatherJob,
  options: GatherRequest,
  rows: RowPool,
  onError: (error: Error) => void,
  isStopped: () => boolean,
): Promise<boolean> {
  const limit = limitOf(job)
  let index = -1
  for await (const batch of readRows(job.input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      index += 1
      if (index >= limit) return true
      if (options.select?.(index) === false) continue
      while (rows.isFull) await rows.free()
      if (isStopped()) return true
      if (options.isFull?.()) return false
      const calls = job.plan.callsOf(entry.row)
      options.onBegun?.(calls)
      rows.add(askAbout(entry, index, job, options), calls, onError)
    }
  }
  return true
}

async function askAbout(
  entry: RowLine,
  index: number,
  { definition, plan, scan }: GatherJob,
  { method, ask, onRow }: GatherRequest,
): Promise<void> {
  const { asked, evidence } = prepare(entry.row, scan.known, plan.keepDuplicates)
  const gathered = isAsked(definition, asked) ? await method(asked, ask) : []
  onRow(entry, [...evidence, ...gathered], index)
}

/** Counts the calls of rows in progress and wakes whatever waits for room. */
class RowPool {
  readonly #size: number
  readonly #elsewhere: WaitingElsewhere
  #rows = 0
  #calls = 0
  #isReleased = false
  #waiting: (() => void)[] = []

  constructor(size: number, elsewhere: WaitingElsewhere = { requests: 0 }) {
    this.#size = size
    this.#elsewhere = elsewhere
    elsewhere.onMore = () => this.#wake()
  }

  get isFull(): boolean {
    return this.#calls - this.#elsewhere.requests >= this.#size && !this.#isReleased
  }

  add(work: Promise<void>, calls: number, onError: (error: Error) => void): void {
    this.#rows += 1
    this.#calls += calls
    work.catch(onError).finally(() => {
      this.#rows -= 1
      this.#calls -= calls
      this.#wake()
    })
  }

  free(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async settled(): Promise<void> {
    while (this.#rows > 0) await this.free()
  }

  /** Ends all waiting for room. */
  release(): void {
    this.#isReleased = true
    this.#wake()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

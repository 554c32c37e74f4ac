// Phase 1: every row's questions are asked, in any order, until all replies are in the ledger.
import type { Ask } from '../llm/chat.ts'
import { StopRun } from '../llm/errors.ts'
import { isAsked, type MethodPlan } from '../methods/definition.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Method } from '../methods/method.ts'
import type { KnownPositives } from '../rows/known.ts'
import { readRows, type RowLine } from '../rows/read.ts'
import type { Row } from '../rows/row.ts'
import type { Input } from '../rows/input.ts'
import { prepare } from './prepare.ts'

export interface GatherOptions {
  input: Input
  method: Method
  ask: Ask
  known: KnownPositives
  plan: Pick<MethodPlan, 'keepDuplicates' | 'asksWithoutNegatives' | 'callsOf'>
  /** Rows to go through, from the first. */
  limit: number
  /** Which of them, by index from 0; all of them when not given. */
  select?: (index: number) => boolean
  /** How many calls the rows under way may make together. */
  callsAhead: number
  /** Ends the phase: its reason is thrown once what is in flight has finished. */
  signal: AbortSignal
  /** Called once when the phase must end early, before what is in flight is awaited. */
  onStop(reason: StopRun): void
  /** What was learned about a row, when all its replies are there. */
  onRow(row: Row, evidence: Evidence[]): void
}

/** @throws StopRun after everything in flight has finished, or the first unexpected error. */
export async function gather(options: GatherOptions): Promise<void> {
  const rows = new RowPool(options.callsAhead)
  let stop: Error | undefined
  const end = (reason: Error) => {
    if (stop) return
    stop = reason
    options.onStop(reason instanceof StopRun ? reason : new StopRun('failed', reason.message, { cause: reason }))
    rows.release()
  }
  const interrupt = () => end(options.signal.reason as Error)
  options.signal.addEventListener('abort', interrupt, { once: true })
  if (options.signal.aborted) interrupt()

  try {
    await options.input.assertUnchanged()
    await startRows(options, rows, end, () => stop !== undefined)
  } catch (error) {
    end(error as Error)
  }
  await rows.settled()
  options.signal.removeEventListener('abort', interrupt)
  if (stop) throw stop
}

async function startRows(
  options: GatherOptions,
  rows: RowPool,
  onError: (error: Error) => void,
  isStopped: () => boolean,
): Promise<void> {
  let index = -1
  for await (const batch of readRows(options.input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      index += 1
      if (index >= options.limit) return
      if (options.select?.(index) === false) continue
      if (rows.isFull) await rows.free()
      if (isStopped()) return
      rows.add(askAbout(entry, options), options.plan.callsOf(entry.row), onError)
    }
  }
}

async function askAbout({ row }: RowLine, { method, ask, known, plan, onRow }: GatherOptions): Promise<void> {
  const { asked, evidence } = prepare(row, known, plan.keepDuplicates)
  const gathered = isAsked(plan, asked) ? await method(asked, ask) : []
  onRow(row, [...evidence, ...gathered])
}

/** Counts the calls of rows under way and wakes whoever waits for room. */
class RowPool {
  readonly #size: number
  #rows = 0
  #calls = 0
  #isReleased = false
  #waiting: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  get isFull(): boolean {
    return this.#calls >= this.#size && !this.#isReleased
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

  /** Lets nobody wait for room any longer. */
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

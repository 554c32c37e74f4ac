// Gathering by batch jobs: a part of the phase is gone through again and again until no row of it waits for a result.
import { setTimeout as sleep } from 'node:timers/promises'
import { plural } from '../../base/format.ts'
import type { GatherAsk } from '../../llm/ask.ts'
import { Collector, type BatchedModel } from '../../llm/batch/collector.ts'
import { collectingAsk } from '../../llm/batch/collecting-ask.ts'
import { Dispatcher } from '../../llm/batch/dispatcher.ts'
import type { OnImported } from '../../llm/batch/importing.ts'
import type { BatchProvider } from '../../llm/batch/provider.ts'
import { folderOfLines } from '../../llm/batch/lines-folder.ts'
import { Suspended } from '../../llm/batch/suspended.ts'
import { exhausted, type Cap } from '../../llm/cap.ts'
import { StopRun } from '../../llm/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { CallTotals } from '../call-totals.ts'
import type { JobHooks } from '../hooks.ts'
import type { BatchSettings } from './batch-settings.ts'

/** What a run by batch jobs has beside its rows. */
export interface BatchedRun {
  ledger: Ledger
  run: string
  cap: Cap | undefined
  calls: CallTotals
  /** The models that are asked by batch, by stage. */
  models: ReadonlyMap<string, BatchedModel>
  /** Answers the other stages. */
  online: GatherAsk
  retryUndecided: boolean
  maxRetries: number
  hooks: JobHooks
}

/** How long a row waits for a call of another process. */
const ELSEWHERE_MS = 1_000

export class Batching {
  readonly #run: BatchedRun
  readonly #settings: BatchSettings
  readonly #collector: Collector
  readonly #dispatcher: Dispatcher
  readonly ask: GatherAsk
  #passes = 0
  #isFirst = false
  #isCapTold = false

  constructor(run: BatchedRun, settings: BatchSettings, provider: BatchProvider) {
    const { ledger, cap, calls, models, online, retryUndecided, maxRetries, hooks } = run
    this.#run = run
    this.#settings = settings
    const folder = folderOfLines(ledger)
    const limits = limitsOf(provider, settings)
    this.#collector = new Collector({ ledger, run: run.run, provider, limits, folder, cap })
    this.#dispatcher = new Dispatcher({
      ledger,
      provider,
      run: run.run,
      folder,
      pollMs: settings.pollMs,
      maxRetries,
      signal: hooks.signal ?? new AbortController().signal,
      onNotice: (sentence) => hooks.onNotice?.(sentence),
      onTooLarge: (tokens) => this.#collector.shrink(tokens),
      onReply: (...imported) => {
        // What was there at the start is found by the rows.
        if (this.#passes > 0) count(calls, ...imported)
      },
    })
    const observer = {
      // A row that was suspended finds again what was counted before.
      found: (...found: Parameters<CallTotals['found']>) => void (this.#passes <= 1 && calls.found(...found)),
      failed: (...failed: Parameters<CallTotals['failed']>) => calls.failed(...failed),
    }
    this.ask = collectingAsk({ ledger, collector: this.#collector, models, observer, online, retryUndecided })
  }

  /** Whether no more rows should be begun for now. */
  get isFull(): boolean {
    return this.#dispatcher.isFull || this.#collector.outOfRoom !== undefined
  }

  /** Imports what has come since the last start. */
  async begin(): Promise<void> {
    await this.#dispatcher.poll()
  }

  /**
   * Goes through a part of the phase until no row of it waits.
   * @param part throws Suspended if one does
   * @param isFirst whether it is the check or the pilot, which the other rows wait for
   * @throws StopRun if jobs are open and are not to be waited for
   */
  async complete<T>(part: () => Promise<T>, isFirst = false): Promise<T> {
    this.#isFirst = isFirst
    for (this.#passes = 1; ; this.#passes++) {
      this.#collector.outOfRoom = undefined
      try {
        return await part()
      } catch (error) {
        if (!(error instanceof Suspended)) throw error
      }
      await this.ask.settled()
      await this.#turn()
    }
  }

  /** Submits what was collected, and waits until rows can go on. */
  async #turn(): Promise<void> {
    const { outOfRoom } = this.#collector
    const jobs = await this.#collector.take()
    if (outOfRoom && jobs.length > 0) this.#tellCap(jobs.reduce((sum, { requests }) => sum + requests, 0))
    await this.#dispatcher.submit(jobs)
    if (!this.#settings.waits) {
      const { ended, open, running } = await this.#dispatcher.poll()
      if (ended > 0) return
      if (open > 0) throw await this.#open(running > 0)
    } else if (await this.#wait()) return
    if (outOfRoom) throw exhausted(this.#run.cap as Cap, outOfRoom.spent, outOfRoom.amount)
    if (jobs.length === 0) await this.#throwIfOfOthers()
    await sleep(ELSEWHERE_MS)
  }

  /** @throws StopRun if rows wait for jobs that this provider does not know */
  async #throwIfOfOthers(): Promise<void> {
    const { ledger } = this.#run
    const other = (await ledger.batches.list()).find(({ phase }) => phase === 'submitted')
    if (other === undefined || (await this.#dispatcher.open()).length > 0) return
    throw new StopRun('in-batch', `rows wait for the batch job ${other.id} of ${other.provider}, ${other.endpoint}`, {
      hint: `Go on with --batch ${other.provider} as that job was made, or give it up: winnow batch cancel ${other.id} --ledger ${ledger.path}`,
    })
  }

  /** Waits for results. @throws StopRun that names the open jobs if that is interrupted */
  async #wait(): Promise<boolean> {
    try {
      return await this.#dispatcher.wait(this.isFull ? 'one' : 'all', () => this.#show())
    } catch (error) {
      throw error instanceof StopRun && error.code === 'interrupted' ? await this.#left(error) : error
    }
  }

  /** What goes on at the provider although this process ends. */
  async #left(stop: StopRun): Promise<StopRun> {
    const jobs = (await this.#dispatcher.open()).filter(({ phase }) => phase === 'submitted')
    if (jobs.length === 0) return stop
    const requests = jobs.reduce((sum, job) => sum + job.requests - job.answered - job.failed - job.missing, 0)
    const at = `${plural(requests, 'request')} in ${plural(jobs.length, 'batch job')}`
    const { path } = this.#run.ledger
    return new StopRun(stop.code, `${stop.message}; ${at} go on at the provider, and will be billed`, {
      cause: stop,
      hint: `Run the same command again to get their results, or give them up: winnow batch cancel --all --ledger ${path}`,
    })
  }

  /** Says, once, why jobs are small. */
  #tellCap(requests: number): void {
    if (this.#isCapTold) return
    this.#isCapTold = true
    this.#run.hooks.onNotice?.(
      `--max-usd leaves room for ${plural(requests, 'request')} at what they can cost at most; ` +
        'the others wait for their results. A higher cap lets more go at once',
    )
  }

  async #show(): Promise<void> {
    const { hooks, calls, ledger, run } = this.#run
    const jobs = (await ledger.batches.list(run)).filter(({ phase }) => phase === 'submitted')
    const sum = (of: (job: (typeof jobs)[number]) => number) => jobs.reduce((total, job) => total + of(job), 0)
    const rowsDone = sum(({ answered, failed, missing }) => answered + failed + missing)
    const rowsTotal = sum(({ requests }) => requests)
    hooks.onRow?.({ phase: 'batch', rowsDone, rowsTotal, calls, falseNegatives: 0, undecided: 0 })
  }

  /** What is open, and what to do about it. @param isRunning whether results have begun to come */
  async #open(isRunning: boolean): Promise<StopRun> {
    const jobs = await this.#dispatcher.open()
    const left = jobs.map((job) => ({ ...job, open: job.requests - job.answered - job.failed - job.missing }))
    const requests = left.reduce((sum, { open }) => sum + open, 0)
    const lines = left.map(
      ({ id, open, said, phase }) => `  ${this.#settings.nameOf(id)}  ${plural(open, 'request')}  ${said || phase}`,
    )
    const message = [`${plural(requests, 'request')} in ${plural(jobs.length, 'batch job')} open; no rows were written`]
    if (this.#isFirst)
      lines.push('They check the models, or are the pilot: the other rows follow when these are answered.')
    const isIdle = this.#settings.isAnsweredByOthers && !isRunning && !this.#dispatcher.hasNews
    if (isIdle) lines.push('Nothing has come since the last start.')
    return new StopRun(BATCH_OPEN, [...message, ...lines].join('\n'), { hint: this.#settings.next(jobs) })
  }

  /** Gives back what was collected and not submitted. */
  async close(): Promise<void> {
    await this.ask.settled()
    await this.#collector.discard()
    await this.#dispatcher.discard()
  }
}

/** The code of a run that ends because jobs are open. */
export const BATCH_OPEN = 'batch-open'

export const limitsOf = (
  { limits }: Pick<BatchProvider, 'limits'>,
  { requests = limits.usualRequests ?? Infinity, tokens = Infinity }: Pick<BatchSettings, 'requests' | 'tokens'>,
) => ({
  requests: Math.min(limits.requests, requests),
  bytes: limits.bytes,
  tokens: Math.min(limits.tokens ?? Infinity, tokens),
})

/** Counts a reply of a job as a call that was made. */
function count(calls: CallTotals, ...[{ about }, { identity }, reply, cost]: Parameters<OnImported>): void {
  const source = { ...about, query: '', part: '' }
  calls.received({ model: identity, messages: [], temperature: 0, maxTokens: 0, sample: 0, source }, reply, cost)
}

// Takes batch jobs through their lives: submits each once, finds what a killed process may have submitted, waits, imports, and accounts for
// every request.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopFor } from './stop.ts'
import { plural } from '../../base/format.ts'
import { CallError, StopRun } from '../errors.ts'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ReadyJob } from './draft.ts'
import { account, strangeTeller } from './account.ts'
import { endMissing, importResults, nothingImported, type Imported, type OnImported } from './importing.ts'
import { QueueFull, type BatchJob, type BatchProvider, type BatchState } from './provider.ts'

export interface DispatcherOptions {
  ledger: Ledger
  provider: BatchProvider
  /** Whose jobs are waited for; all of the provider if undefined. */
  run?: string | undefined
  /** The jobs that are waited for; all of them if undefined. */
  only?: ReadonlySet<string>
  /** Where the files of lines are until they are submitted. */
  folder: string
  /** The most time between two questions about a job. */
  pollMs: number
  /** Further attempts of a question that failed. */
  maxRetries: number
  signal: AbortSignal
  onNotice: (sentence: string) => void
  /** Called with the estimated tokens of a job that an empty queue has no room for, which is given up: later ones should be smaller. */
  onTooLarge?: (tokens: number) => void
  /** Receives each reply that is imported. */
  onReply?: OnImported
}

/** Jobs that are files are listed with what to do about them. */
const FILES = 'files'
/** The codes of a job that the provider knows no more, and of several that may be the one that is looked for. */
const [GONE, UNDECIDED] = ['gone', 'undecided']
/** The providers' words for a job of which nothing was done, and for one that ended before its time: what has no result was not tried. */
const FAILED = /fail/i
const CUT = /expire|cancel|timeout/i
const FIRST_POLL_MS = 2_000
const SLOWER = 1.5

export class Dispatcher {
  readonly #options: DispatcherOptions
  /** Jobs that the provider's queue had no room for, the oldest first. */
  #queue: ReadyJob[] = []
  #isFull = false
  readonly #tellStrange: ReturnType<typeof strangeTeller>

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#tellStrange = strangeTeller(options.onNotice)
  }

  /** Whether no more requests should be collected for now: the provider's queue is full. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Submits jobs, as far as the provider's queue has room; the others wait here. @throws StopRun if the provider refuses */
  async submit(jobs: readonly ReadyJob[]): Promise<void> {
    this.#queue.push(...jobs)
    while (this.#queue.length > 0 && !this.#isFull) {
      const job = this.#queue.shift() as ReadyJob
      if (await this.#submitOne(job)) continue
      this.#queue.unshift(job)
      this.#isFull = true
    }
  }

  /** @returns false if the provider's queue is full */
  async #submitOne(ready: ReadyJob): Promise<boolean> {
    const { ledger, provider, signal, onNotice } = this.#options
    const job: BatchJob = { ...ready, submittedMs: Date.now() }
    await ledger.batches.change(job.id, { phase: 'submitting' })
    for (let attempt = 0; ; attempt++) {
      try {
        const remote = await provider.submit(job, signal)
        await this.#submitted(job, remote)
        if (provider.name !== FILES)
          onNotice(`batch job ${job.id}: ${plural(job.requests, 'request')} submitted to ${provider.name}`)
        return true
      } catch (error) {
        if (error instanceof QueueFull) {
          await ledger.batches.change(job.id, { phase: 'collecting' })
          if (!(await this.#isAlone())) return false
          await this.#giveUp(ready, error)
          return true
        }
        // A job that is being submitted now is looked for by the next start.
        this.#throwIfAborted()
        if (!(error instanceof CallError)) throw error
        // The provider may have made the job although its answer was lost.
        const remote = await this.#look(job)
        if (remote !== undefined) {
          await this.#submitted(job, remote)
          return true
        }
        if (error.details.remedy === 'retry' && attempt < this.#options.maxRetries) continue
        await this.#drop(ready)
        throw stopFor(error, job.id)
      }
    }
  }

  async #submitted({ id, path }: BatchJob, remote: string): Promise<void> {
    await this.#options.ledger.batches.change(id, { phase: 'submitted', remote })
    await rm(path, { force: true })
  }

  async #isAlone(): Promise<boolean> {
    return (await this.open()).every(({ phase }) => phase !== 'submitted')
  }

  /** Takes a job apart for which an empty queue has no room. @throws StopRun if it cannot be smaller */
  async #giveUp({ id, requests, tokens, path }: ReadyJob, full: QueueFull): Promise<void> {
    const { onTooLarge, onNotice } = this.#options
    await this.#drop({ id, path })
    if (requests > 1 && onTooLarge !== undefined) {
      onTooLarge(tokens)
      onNotice(`batch job ${id} is too large for the provider's queue (${full.message}); smaller ones are made`)
      return
    }
    throw new StopRun('batch-queue', `batch job ${id}: ${full.message}`, {
      hint: 'Wait until other jobs of the account have ended, or make jobs smaller with --batch-tokens N, then run the same command again.',
    })
  }

  /** Looks for a job that may have been submitted. */
  async #look(job: BatchJob): Promise<string | undefined> {
    const { ledger, provider, signal } = this.#options
    const taken = new Set((await ledger.batches.list()).flatMap(({ remote }) => remote ?? []))
    return this.#patiently(() => provider.find({ ...job, taken }, signal))
  }

  /** Gives back the jobs that still wait for room. One that may have been submitted is not among them: the next start looks for it. */
  async discard(): Promise<void> {
    for (const job of this.#queue.splice(0)) await this.#drop(job)
  }

  /** Gives back the requests of a job that the provider has not. */
  async #drop({ id, path }: Pick<ReadyJob, 'id' | 'path'>): Promise<void> {
    if (path !== '') await rm(path, { force: true })
    await this.#options.ledger.batches.discard(id)
  }

  /** Deals with the jobs of processes that are gone: finds those that were submitted, gives back the requests of the others. */
  async recover(): Promise<void> {
    const { ledger, provider, folder, onNotice } = this.#options
    for (const job of await this.open()) {
      if (!job.isAbandoned || !(await ledger.batches.takeOver(job.id))) continue
      const { id, model, requests, bytes, submittedMs } = job
      // Its lines may still be there; at some providers they are what it is known by.
      const path = join(folder, `${id}.jsonl`)
      const maybe = { id, model, path, requests, bytes, submittedMs: submittedMs ?? job.createdMs }
      const remote = job.phase === 'submitting' ? await this.#look(maybe) : undefined
      if (remote === undefined) await ledger.batches.discard(id)
      else await ledger.batches.change(id, { phase: 'submitted', remote })
      await rm(path, { force: true })
      const what = remote === undefined ? 'was not submitted, and is made anew' : `was submitted to ${provider.name}`
      onNotice(`batch job ${id} of a process that is gone ${what}`)
    }
  }

  /** The jobs of this provider that are not done; those of the run if it has any. */
  async open(): Promise<BatchRecord[]> {
    const { ledger, provider, run, only } = this.#options
    const isIts = ({ id, ...job }: BatchRecord) =>
      job.provider === provider.name && job.endpoint === provider.endpoint && only?.has(id) !== false
    const jobs = (await ledger.batches.list()).filter((job) => job.phase !== 'done' && isIts(job))
    const own = jobs.filter((job) => job.run === run)
    return own.length > 0 ? own : jobs
  }

  /**
   * Asks about every submitted job once, and imports the results of those that have some.
   * @returns how many have ended, and how many are still open
   */
  async poll(): Promise<{ ended: number; open: number }> {
    await this.recover()
    const jobs = await this.open()
    let ended = 0
    for (const job of jobs) {
      if (job.remote === null || job.phase !== 'submitted') continue
      if (await this.#advance(job, job.remote)) ended += 1
    }
    if (ended > 0) this.#isFull = false
    return { ended, open: jobs.length - ended }
  }

  /** Waits until a job has ended, or all have. @returns false if none was open */
  async wait(until: 'one' | 'all', onPoll: () => Promise<void> = async () => undefined): Promise<boolean> {
    let pause = Math.min(FIRST_POLL_MS, this.#options.pollMs)
    for (let seen = 0; ;) {
      const { ended, open } = await this.poll()
      seen += ended
      await onPoll()
      if (ended > 0) await this.submit([])
      if (open === 0 || (until === 'one' && seen > 0)) return seen > 0
      await this.#sleep(pause)
      pause = Math.min(this.#options.pollMs, pause * SLOWER)
    }
  }

  /** @returns whether the job is done */
  async #advance(job: BatchRecord, remote: string): Promise<boolean> {
    const { ledger, provider, signal } = this.#options
    const state = await this.#stateOf(job, remote)
    if (state.said !== job.said) await ledger.batches.change(job.id, { said: state.said })
    if (state.phase !== 'ended' && state.hasResults !== true) return false
    const { onReply } = this.#options
    const imported = await this.#unlessGone(() => importResults(ledger, provider.results(remote, signal), onReply))
    if (state.phase === 'ended') return this.#end(job, state, imported)
    this.#tellStrange(job, imported)
    const [left] = await ledger.batches.open(job.id, undefined, 1)
    if (left !== undefined) return false
    await ledger.batches.change(job.id, { phase: 'done', said: '' })
    return true
  }

  async #stateOf(job: BatchRecord, remote: string): Promise<BatchState> {
    try {
      return await this.#patiently(() => this.#options.provider.state(remote, this.#options.signal))
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== GONE) throw error
      return { phase: 'ended', said: GONE }
    }
  }

  /** What a provider keeps no more is missing. */
  async #unlessGone(importing: () => Promise<Imported>): Promise<Imported> {
    try {
      return await this.#patiently(importing)
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== GONE) throw error
      return nothingImported()
    }
  }

  async #end(job: BatchRecord, state: BatchState, imported: Imported): Promise<boolean> {
    const { ledger, onNotice } = this.#options
    const isVain = imported.answered + imported.failed + imported.repeated + imported.refused === 0
    if (isVain && state.isQueueFull) {
      const isOnly = (await this.open()).every(({ id, phase }) => id === job.id || phase !== 'submitted')
      if (isOnly) {
        await this.#giveUp({ ...job, path: '' }, new QueueFull(state.reason ?? state.said))
        return true
      }
      await ledger.batches.discard(job.id)
      this.#isFull = true
      onNotice(`batch job ${job.id}: the provider's queue is full; its requests wait`)
      return false
    }
    const isCut = CUT.test(state.said)
    if (isVain && state.reason !== undefined && FAILED.test(state.said)) {
      await ledger.batches.discard(job.id)
      throw new StopRun('batch-failed', `batch job ${job.id} failed: ${state.reason}`, {
        hint: 'Nothing of it was done. Mend what it names, then run the same command again.',
      })
    }
    await endMissing(ledger, job, { maybeBilled: !isCut, isAttempt: !isCut })
    await ledger.batches.change(job.id, { phase: 'done' })
    this.#tellStrange(job, imported)
    await account(ledger, job.id, state, onNotice)
    if (imported.fatal === undefined) return true
    const { code, message } = imported.fatal
    throw new StopRun(code, `batch job ${job.id}: ${message}`, {
      hint: 'Every other request would fail, too. Mend it, then run the same command again: what was answered is kept.',
    })
  }

  /** Repeats a question that failed in a way that passes. @throws StopRun if it does not pass */
  async #patiently<T>(question: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await question()
      } catch (error) {
        this.#throwIfAborted()
        if (!(error instanceof CallError) || error.code === GONE) throw error
        if ((error.details.remedy !== 'retry' && error.code !== UNDECIDED) || attempt >= this.#options.maxRetries)
          throw stopFor(error)
        await this.#sleep(Math.max(this.#options.pollMs, error.details.retryAfterMs ?? 0))
      }
    }
  }

  async #sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#options.signal }).catch(() => undefined)
    this.#throwIfAborted()
  }

  #throwIfAborted(): void {
    const { signal } = this.#options
    if (signal.aborted) throw signal.reason as Error
  }
}

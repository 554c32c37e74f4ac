// Takes batch jobs through their lives: submits each once, finds what a killed process may have submitted, waits, imports, and accounts for
// every request.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stopFor } from './stop.ts'
import { plural } from '../../base/format.ts'
import { CallError, StopRun } from '../errors.ts'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { ReadyJob } from './draft.ts'
import { account, recordOf, strangeTeller } from './account.ts'
import { pauseFor, throwIfAborted } from './patiently.ts'
import { tidyLines } from './lines-folder.ts'
import { readJob, readLate, type JobReader, type ReadJob } from './read-job.ts'
import { seek } from './seek.ts'
import { endMissing, type Imported } from './importing.ts'
import { NOT_ITS_RESULTS, USELESS } from './files.ts'
import { QueueFull, type BatchJob, type BatchState } from './provider.ts'

export interface DispatcherOptions extends JobReader {
  /** The jobs that are waited for; all of them if undefined. */
  only?: ReadonlySet<string>
  /** Where the files of lines are until they are submitted. */
  folder: string
  onNotice: (sentence: string) => void
  /** Called with the estimated tokens of a job that an empty queue has no room for, which is given up: later ones should be smaller. */
  onTooLarge?: (tokens: number) => void
}

/** Jobs that are files are listed with what to do about them. */
const FILES = 'files'
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
  #hasNews = false
  #isKeptTold = false
  /** What is said of jobs of other runs that are not where this one looks, by id. */
  readonly #nowhere = new Map<string, string>()
  readonly #tellStrange: ReturnType<typeof strangeTeller>

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#tellStrange = strangeTeller(options.onNotice)
  }

  /** Whether no more requests should be collected for now: the provider's queue is full. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Whether a job was submitted, or a result imported, since this process began. */
  get hasNews(): boolean {
    return this.#hasNews
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
    const { ledger, provider, maxRetries, signal, onNotice } = this.#options
    const job: BatchJob = { ...ready, submittedMs: Date.now() }
    await ledger.batches.change(job.id, { phase: 'submitting' })
    for (let attempt = 0; ; attempt++) {
      try {
        const remote = await provider.submit(job, signal, maxRetries)
        await this.#submitted(job, remote)
        if (provider.name !== FILES)
          onNotice(`batch job ${job.id}: ${plural(job.requests, 'request')} submitted to ${provider.name}`)
        this.#tellKept()
        return true
      } catch (error) {
        if (error instanceof QueueFull) {
          await ledger.batches.change(job.id, { phase: 'collecting' })
          if (!(await this.#isAlone())) return false
          await this.#giveUp(ready, error)
          return true
        }
        // A job that is being submitted now is looked for by the next start.
        throwIfAborted(signal)
        if (!(error instanceof CallError)) throw error
        // The provider may have made the job although its answer was lost.
        const remote = await seek(this.#options, job)
        if (remote !== undefined) {
          await this.#submitted(job, remote)
          return true
        }
        if (error.details.remedy === 'retry' && attempt < maxRetries) continue
        await this.#drop(ready)
        throw stopFor(error, job.id)
      }
    }
  }

  /** Says, once, that results are to be fetched soon. */
  #tellKept(): void {
    const { provider, onNotice } = this.#options
    if (provider.keepsHours === undefined || this.#isKeptTold) return
    this.#isKeptTold = true
    onNotice(
      `${provider.name} keeps results for ${provider.keepsHours} hours after a job has ended. Those that are not fetched by then are paid for and lost: ` +
        'let this command wait, or run it again, or winnow batch wait, in time',
    )
  }

  async #submitted({ id, path }: Pick<BatchJob, 'id' | 'path'>, remote: string): Promise<void> {
    await this.#options.ledger.batches.change(id, { phase: 'submitted', remote })
    this.#hasNews = true
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
    await tidyLines(folder, await ledger.batches.list())
    for (const job of await this.open()) {
      if (!job.isAbandoned || !(await ledger.batches.takeOver(job.id))) continue
      const { id, model, requests, bytes, submittedMs } = job
      // Its lines may still be there, unless it was another machine's.
      const path = join(folder, `${id}.jsonl`)
      const maybe = { id, model, path, requests, bytes, submittedMs: submittedMs ?? job.createdMs }
      const remote = job.phase === 'submitting' ? await seek(this.#options, maybe) : undefined
      if (remote === undefined) await this.#drop({ id, path })
      else await this.#submitted({ id, path }, remote)
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
    if (own.length > 0) return own
    return jobs.map((job) => ({ ...job, said: this.#nowhere.get(job.id) ?? job.said }))
  }

  /**
   * Asks about every submitted job once, and imports the results of those that have some.
   * @returns how many have ended, how many are still open, and how many were being answered
   */
  async poll(): Promise<{ ended: number; open: number; running: number }> {
    await this.recover()
    const jobs = await this.open()
    const read: ReadJob[] = []
    for (const job of jobs) {
      if (job.remote !== null && job.phase === 'submitted') read.push(await readJob(this.#options, job, job.remote))
    }
    for (const { job, state } of read)
      if (state.isNowhere && job.run !== this.#options.run) this.#nowhere.set(job.id, state.said)
    if (jobs.length > 0) await this.#importLate()
    if (read.some(({ imported }) => imported && imported.answered + imported.failed > 0)) this.#hasNews = true
    let ended = 0
    // A job may have results among those of another, so that none ends before all are read.
    for (const each of read) if (await this.#advance(each)) ended += 1
    if (ended > 0) [this.#isFull, this.#hasNews] = [false, true]
    return { ended, open: jobs.length - ended, running: read.filter(({ state }) => state.phase === 'running').length }
  }

  /** Results of files can come after their job has ended. They are used for the jobs that ask the same by now. */
  async #importLate(): Promise<void> {
    const { ledger, provider, run } = this.#options
    if (provider.name !== FILES || run === undefined) return
    const ended = (await ledger.batches.list(run)).filter((job) => job.provider === FILES && job.phase === 'done')
    for (const { job, imported } of await readLate(this.#options, ended)) {
      if (imported === undefined || imported.answered === 0) continue
      this.#hasNews = true
      this.#tellStrange(job, { ...imported, repeated: 0, stale: 0, unasked: 0 })
    }
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
      await pauseFor(pause, this.#options.signal)
      pause = Math.min(this.#options.pollMs, pause * SLOWER)
    }
  }

  /** @returns whether the job is done */
  async #advance({ job, state, imported }: ReadJob): Promise<boolean> {
    const { ledger } = this.#options
    const vain = imported && (await this.#vainResults(job, imported))
    if (state.phase === 'ended' && imported !== undefined && vain === undefined) return this.#end(job, state, imported)
    // While results come, those of the last look are there again.
    if (imported !== undefined)
      this.#tellStrange(job, state.phase === 'ended' ? imported : { ...imported, repeated: 0, unasked: 0 })
    const [left] = await ledger.batches.open(job.id, undefined, 1)
    if (left !== undefined) {
      if (vain !== undefined) await ledger.batches.change(job.id, { said: vain })
      return false
    }
    await ledger.batches.change(job.id, { phase: 'done', said: '' })
    return true
  }

  /** What is said of a job beside which is no result of use, and something that is none: its own may still come. */
  async #vainResults({ id, provider }: BatchRecord, imported: Imported): Promise<string | undefined> {
    const { elsewhere, repeated, foreign, refused, torn } = imported
    // A file of which nothing but a torn line is there is that of an engine that died.
    const isUseless = refused > torn
    if (provider !== FILES || !(isUseless || elsewhere.size > 0 || repeated + foreign > 0)) return undefined
    const { answered, failed } = await recordOf(this.#options.ledger, id)
    if (answered + failed > 0) return undefined
    return isUseless ? USELESS : NOT_ITS_RESULTS
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
}

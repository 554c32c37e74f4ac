// Passes entries, claims and releases to the writing thread in groups: while the thread writes one, the next is gathered.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { cannotWriteTo } from './database.ts'
import type { Claim, ClaimAnswer, Release } from '../claim.ts'
import type { JobChange } from './batch-claims.ts'
import type { LedgerEntry } from '../entry.ts'
import type { Group, GroupAnswer } from './writer-thread.ts'

const GROUP_SIZE = 128

type Written = Exclude<GroupAnswer, { error: string }>

interface OpenGroup extends Group {
  /** The answers to its claims, once it is committed. */
  committed: Promise<Written>
  settle: (written: Written | Error) => void
}

export class LedgerWriter {
  readonly #path: string
  #thread: Worker | undefined
  #open: OpenGroup | undefined
  /** Groups that the thread has not answered yet, in order. */
  #sent: OpenGroup[] = []

  constructor(path: string) {
    this.#path = path
  }

  /** Starts the thread early, so that the first group need not wait for it. */
  start(): void {
    this.#thread ??= this.#startThread()
    this.#thread.unref()
  }

  /** Resolves once the entry is committed. @throws WinnowError if it cannot be written */
  async append(entry: LedgerEntry): Promise<void> {
    await this.#add(({ entries }) => entries.push(entry)).committed
  }

  /** @throws WinnowError if the ledger cannot be written */
  async claim(claim: Claim): Promise<ClaimAnswer> {
    let place = 0
    const group = this.#add(({ claims }) => (place = claims.push(claim) - 1))
    return (await group.committed).answers[place] as ClaimAnswer
  }

  /** Makes a batch job this process's own. @returns false if it cannot be @throws WinnowError if the ledger cannot be written */
  async own(job: JobChange): Promise<boolean> {
    let place = 0
    const group = this.#add(({ jobs }) => (place = jobs.push(job) - 1))
    return (await group.committed).owned[place] === true
  }

  /** Does not wait: a claim that cannot be released ends with this process. */
  release(release: Release): void {
    this.#add(({ releases }) => releases.push(release)).committed.catch(() => undefined)
  }

  /** Waits until everything is committed or has failed. */
  async settled(): Promise<void> {
    this.#send()
    await Promise.allSettled(this.#sent.map(({ committed }) => committed))
  }

  /** Waits until everything is committed and ends the thread. */
  async close(): Promise<void> {
    await this.settled()
    if (this.#thread === undefined) return
    const ended = once(this.#thread, 'exit').catch(() => undefined)
    this.#thread.ref()
    this.#thread.postMessage('close')
    await ended
    this.#thread = undefined
  }

  #add(put: (group: Group) => void): OpenGroup {
    const group = (this.#open ??= startGroup())
    put(group)
    if (group.entries.length + group.releases.length + group.claims.length >= GROUP_SIZE) this.#send()
    else this.#sendIfIdle()
    return group
  }

  /** Sends after this turn of the event loop, so that everything from the same turn is in the group. */
  #sendIfIdle(): void {
    if (this.#open !== undefined && this.#sent.length === 0) setImmediate(() => this.#send())
  }

  #send(): void {
    const group = this.#open
    if (group === undefined) return
    this.#open = undefined
    this.#thread ??= this.#startThread()
    this.#thread.ref()
    this.#sent.push(group)
    const { entries, releases, jobs, claims } = group
    this.#thread.postMessage({ entries, releases, jobs, claims } satisfies Group)
  }

  #startThread(): Worker {
    // Like this file, the thread is TypeScript in a clone and JavaScript in the package.
    const thread = new Worker(new URL(import.meta.url.replace(/writer(\.\w+)$/, 'writer-thread$1')), {
      workerData: { path: this.#path },
      execArgv: [],
      // Its objects live for milliseconds, so a small nursery is enough.
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
    })
    thread.on('message', (written: GroupAnswer) => {
      this.#sent.shift()?.settle('error' in written ? cannotWriteTo(this.#path, written.error) : written)
      if (this.#sent.length === 0) thread.unref()
      this.#sendIfIdle()
    })
    thread.on('error', (error) => {
      this.#thread = undefined
      for (const group of this.#sent.splice(0)) group.settle(cannotWriteTo(this.#path, error.message, error))
      this.#sendIfIdle()
    })
    return thread
  }
}

function startGroup(): OpenGroup {
  const { promise, resolve, reject } = Promise.withResolvers<Written>()
  const settle = (written: Written | Error) => (written instanceof Error ? reject(written) : resolve(written))
  return { entries: [], releases: [], jobs: [], claims: [], committed: promise, settle }
}

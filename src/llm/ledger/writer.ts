// Groups what is to be written for a few milliseconds and hands each group to the writing thread; answers when it is committed.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { WinnowError } from '../../base/errors.ts'
import type { Claim, ClaimAnswer, Disclosure, Release } from './claims.ts'
import type { LedgerEntry } from './entry.ts'
import type { Group, Others, Written } from './writer-thread.ts'

const GROUP_SIZE = 32
const GROUP_MS = 4

interface OpenGroup extends Group {
  /** The answers to its claims, once it is committed. */
  committed: Promise<ClaimAnswer[]>
  settle: (written: ClaimAnswer[] | Error) => void
}

export class LedgerWriter {
  /** Called when another process has come to the ledger (its number) or the last has gone (0). */
  onOthers: (newest: number) => void = () => undefined
  readonly #path: string
  #thread: Worker | undefined
  #open: OpenGroup | undefined
  #timer: NodeJS.Timeout | undefined
  /** Groups that the thread has not answered for, in order. */
  #sent: OpenGroup[] = []

  constructor(path: string) {
    this.#path = path
  }

  /** Starts the thread, so that the first group need not wait for it. */
  start(): void {
    this.#thread ??= this.#startThread()
    this.#thread.unref()
  }

  /** Resolves when the entry is committed. @throws WinnowError when it cannot be written */
  async append(entry: LedgerEntry): Promise<void> {
    await this.#add(({ entries }) => entries.push(entry)).committed
  }

  /** @throws WinnowError when the ledger cannot be written */
  async claim(claim: Claim): Promise<ClaimAnswer> {
    let place = 0
    const group = this.#add(({ claims }) => (place = claims.push(claim) - 1))
    return (await group.committed)[place] as ClaimAnswer
  }

  /** Is not waited for: a claim that cannot be released ends with this process. */
  release(release: Release): void {
    this.#add(({ releases }) => releases.push(release)).committed.catch(() => undefined)
  }

  disclose(disclosure: Disclosure): void {
    this.#add(({ disclosures }) => disclosures.push(disclosure)).committed.catch(() => undefined)
  }

  /** Waits until everything is committed, or could not be. */
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
    const group = (this.#open ??= this.#startGroup())
    put(group)
    if (group.entries.length + group.releases.length + group.claims.length >= GROUP_SIZE) this.#send()
    return group
  }

  #startGroup(): OpenGroup {
    const { promise, resolve, reject } = Promise.withResolvers<ClaimAnswer[]>()
    this.#timer = setTimeout(() => this.#send(), GROUP_MS)
    const settle = (written: ClaimAnswer[] | Error) => (Array.isArray(written) ? resolve(written) : reject(written))
    return { entries: [], releases: [], disclosures: [], claims: [], committed: promise, settle }
  }

  #send(): void {
    const group = this.#open
    if (group === undefined) return
    clearTimeout(this.#timer)
    this.#open = undefined
    this.#thread ??= this.#startThread()
    this.#thread.ref()
    this.#sent.push(group)
    const { entries, releases, disclosures, claims } = group
    this.#thread.postMessage({ entries, releases, disclosures, claims } satisfies Group)
  }

  #startThread(): Worker {
    // The thread is TypeScript in a clone and JavaScript in the package, as this file is.
    const thread = new Worker(new URL(import.meta.url.replace(/writer(\.\w+)$/, 'writer-thread$1')), {
      workerData: { path: this.#path },
      execArgv: [],
      // What it handles is gone within milliseconds: a small nursery is enough.
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
    })
    thread.on('message', (written: Written | Others) => {
      if ('newest' in written) return this.onOthers(written.newest)
      this.#sent.shift()?.settle('error' in written ? this.#cannotWrite(written.error) : written.answers)
      if (this.#sent.length === 0) thread.unref()
    })
    thread.on('error', (error) => {
      this.#thread = undefined
      for (const group of this.#sent.splice(0)) group.settle(this.#cannotWrite(error.message, error))
    })
    return thread
  }

  #cannotWrite(message: string, cause?: unknown): WinnowError {
    return new WinnowError('ledger', `cannot write to the ledger ${this.#path}: ${message}`, {
      cause,
      hint: 'Make room or wait for the lock, then run the same command again: it goes on where it stopped.',
    })
  }
}

// Groups replies for a few milliseconds and hands each group to the writing thread; acknowledges them when they are committed.
import { Worker } from 'node:worker_threads'
import { WinnowError } from '../../errors.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Written } from './writer-thread.ts'

const GROUP_SIZE = 32
const GROUP_MS = 4

interface Group {
  entries: LedgerEntry[]
  committed: Promise<void>
  settle: (error?: Error) => void
}

export class LedgerWriter {
  readonly #path: string
  #thread: Worker | undefined
  #open: Group | undefined
  #timer: NodeJS.Timeout | undefined
  /** Groups that the thread has not answered for, in order. */
  #sent: Group[] = []

  constructor(path: string) {
    this.#path = path
  }

  /** Starts the thread, so that the first group need not wait for it. */
  start(): void {
    this.#thread ??= this.#startThread()
    this.#thread.unref()
  }

  /** Resolves when the entry is committed. @throws WinnowError when it cannot be written */
  append(entry: LedgerEntry): Promise<void> {
    this.#open ??= this.#startGroup()
    const group = this.#open
    group.entries.push(entry)
    if (group.entries.length >= GROUP_SIZE) this.#send()
    return group.committed
  }

  /** Waits until everything is committed and ends the thread. */
  async close(): Promise<void> {
    this.#send()
    await Promise.allSettled(this.#sent.map(({ committed }) => committed))
    await this.#thread?.terminate()
    this.#thread = undefined
  }

  #startGroup(): Group {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#timer = setTimeout(() => this.#send(), GROUP_MS)
    return { entries: [], committed: promise, settle: (error) => (error ? reject(error) : resolve()) }
  }

  #send(): void {
    const group = this.#open
    if (group === undefined) return
    clearTimeout(this.#timer)
    this.#open = undefined
    this.#thread ??= this.#startThread()
    this.#thread.ref()
    this.#sent.push(group)
    this.#thread.postMessage(group.entries)
  }

  #startThread(): Worker {
    // The thread is TypeScript in a clone and JavaScript in the package, as this file is.
    const thread = new Worker(new URL(import.meta.url.replace(/writer(\.\w+)$/, 'writer-thread$1')), {
      workerData: { path: this.#path },
      execArgv: [],
      // What it handles is gone within milliseconds: a small nursery is enough.
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
    })
    thread.on('message', (written: Written) => {
      this.#sent.shift()?.settle(written === null ? undefined : this.#cannotWrite(written))
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

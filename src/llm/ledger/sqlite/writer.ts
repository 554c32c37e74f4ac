// Passes groups of entries, claims and releases to the writing thread.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Groups, type Group, type Written } from '../groups.ts'
import { cannotWriteTo } from './database.ts'
import type { GroupAnswer } from './writer-thread.ts'

const GROUP_SIZE = 128

/** Every method that writes throws a WinnowError if the ledger cannot be written. */
export class LedgerWriter extends Groups {
  readonly #path: string
  #thread: Worker | undefined
  /** Groups that the thread has not answered yet, in order. */
  #sent: PromiseWithResolvers<Written>[] = []

  constructor(path: string) {
    super((group) => this.#post(group), GROUP_SIZE)
    this.#path = path
  }

  /** Starts the thread early, so that the first group need not wait for it. */
  start(): void {
    this.#thread ??= this.#startThread()
    this.#thread.unref()
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

  #post(group: Group): Promise<Written> {
    this.#thread ??= this.#startThread()
    this.#thread.ref()
    const settle = Promise.withResolvers<Written>()
    this.#sent.push(settle)
    this.#thread.postMessage(group)
    return settle.promise
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
      const settle = this.#sent.shift()
      if (this.#sent.length === 0) thread.unref()
      if ('error' in written) settle?.reject(cannotWriteTo(this.#path, written.error))
      else settle?.resolve(written)
    })
    thread.on('error', (error) => {
      this.#thread = undefined
      for (const { reject } of this.#sent.splice(0)) reject(cannotWriteTo(this.#path, error.message, error))
    })
    return thread
  }
}

// Decodes a Parquet file whose bytes nothing vouches for: in a thread, within bounds of time and memory, because damage can make the decoder
// go round for ever, or fail beside its promises.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { JsonObject } from '../base/json.ts'
import type { RecordsAnswer, RecordsTask } from './parquet-thread.ts'

/** A group of evidence takes a fraction of a second, on a busy machine some seconds. */
const MOST_SECONDS = 30
const MOST_MEGABYTES = 2048

export class ParquetDecoder {
  readonly #thread: Worker

  constructor(path: string) {
    this.#thread = new Worker(new URL(import.meta.url.replace(/decoder(\.\w+)$/, 'thread$1')), {
      workerData: { path },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    })
    // What fails while nothing is waited for is found by the next task.
    this.#thread.on('error', () => undefined)
  }

  /** @throws Error saying what is wrong with the file */
  async records(...task: RecordsTask): Promise<JsonObject[]> {
    this.#thread.postMessage(task)
    const answer = await this.#answer()
    if ('error' in answer) throw new Error(answer.error)
    return answer.records
  }

  async close(): Promise<void> {
    await this.#thread.terminate()
  }

  async #answer(): Promise<RecordsAnswer> {
    const limit = AbortSignal.timeout(MOST_SECONDS * 1000)
    try {
      const [answer] = (await once(this.#thread, 'message', { signal: limit })) as [RecordsAnswer]
      return answer
    } catch (error) {
      if (limit.aborted) return { error: `it is damaged: it could not be decoded within ${MOST_SECONDS} s` }
      throw error
    }
  }
}

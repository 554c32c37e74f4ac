// Decodes the rows of a Parquet file in a thread: while some lines are worked on, the next ones are decoded. Damage can make a decoder
// go round for ever, so that each answer has a time.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { UsageError } from '../../base/errors.ts'
import type { LinesAnswer } from './parquet-rows-thread.ts'

/** An answer takes a fraction of a second, on a busy machine some more. */
const MOST_SECONDS = 120
/** Rows leave much behind, which a large nursery collects at once. */
const NURSERY_MB = 64

/** Yields the lines, many at a time. @throws UsageError if the file is damaged */
export async function* decodedInThread(path: string): AsyncGenerator<Buffer> {
  const thread = new Worker(new URL(import.meta.url.replace(/decoding(\.\w+)$/, 'rows-thread$1')), {
    workerData: { path },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  })
  // What fails while nothing is waited for is found by the next answer.
  thread.on('error', () => undefined)
  const next = () => {
    const answer = answerOf(thread)
    // Its error is that of the caller who waits for it.
    answer.catch(() => undefined)
    thread.postMessage('next')
    return answer
  }
  try {
    for (let coming = next(); ;) {
      const answer = await coming
      if ('isDone' in answer) return
      if ('error' in answer) throw new UsageError(answer.error)
      coming = next()
      yield Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength)
    }
  } finally {
    await thread.terminate()
  }
}

async function answerOf(thread: Worker): Promise<LinesAnswer> {
  const limit = AbortSignal.timeout(MOST_SECONDS * 1000)
  try {
    const [answer] = (await once(thread, 'message', { signal: limit })) as [LinesAnswer]
    return answer
  } catch (error) {
    if (limit.aborted) return { error: `no row could be decoded within ${MOST_SECONDS} s; the file is damaged` }
    throw error
  }
}

// A few threads for the same kind of task; each runs one task at a time.
import { Worker, type MessagePort } from 'node:worker_threads'
import { messageOf, WinnowError } from './errors.ts'

type Answer<T> = { result: T } | { error: string; hint?: string | undefined }

export interface ThreadPool<Task, Result> {
  /** Resolves when a thread has finished the task; tasks start in order. @throws WinnowError */
  run(task: Task, signal?: AbortSignal): Promise<Result>
  /** Ends the threads, even if they are busy. */
  close(): Promise<void>
}

interface Job<Task, Result> {
  task: Task
  settle: PromiseWithResolvers<Result>
  signal: AbortSignal | undefined
}

/** @param url the thread's module, which calls `answerTasks` */
export function threadPool<Task, Result>(url: URL, workerData: unknown, size: number): ThreadPool<Task, Result> {
  const waiting: Job<Task, Result>[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Job<Task, Result>>()
  let isClosed = false

  const next = () => {
    while (waiting.length > 0) {
      if (waiting[0]?.signal?.aborted) {
        waiting.shift()
        continue
      }
      const worker = idle.pop() ?? (busy.size < size ? start() : undefined)
      if (worker === undefined) return
      const job = waiting.shift() as Job<Task, Result>
      busy.set(worker, job)
      worker.ref()
      worker.postMessage(job.task)
    }
  }
  const start = () => {
    // Tasks leave little behind, so a small nursery is enough.
    const worker = new Worker(url, { workerData, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 8 } })
    worker.on('message', (answer: Answer<Result>) => {
      const job = busy.get(worker)
      busy.delete(worker)
      idle.push(worker)
      worker.unref()
      if ('error' in answer) job?.settle.reject(errorOf(answer))
      else job?.settle.resolve(answer.result)
      next()
    })
    worker.on('error', (error) => {
      busy.get(worker)?.settle.reject(new WinnowError('search', messageOf(error), { cause: error }))
      busy.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      next()
    })
    return worker
  }
  return {
    async run(task, signal) {
      signal?.throwIfAborted()
      if (isClosed) throw new WinnowError('search', 'the search was closed')
      const settle = Promise.withResolvers<Result>()
      const stop = () => settle.reject(signal?.reason)
      signal?.addEventListener('abort', stop, { once: true })
      waiting.push({ task, settle, signal })
      next()
      try {
        return await settle.promise
      } finally {
        signal?.removeEventListener('abort', stop)
      }
    },
    async close() {
      isClosed = true
      const jobs = [...waiting.splice(0), ...busy.values()]
      for (const { settle } of jobs) settle.reject(new WinnowError('search', 'the search was closed'))
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()))
    },
  }
}

const errorOf = ({ error, hint }: { error: string; hint?: string | undefined }) =>
  new WinnowError('search', error, hint === undefined ? {} : { hint })

/** Answers each task with its result or its error. Called in the thread. */
export function answerTasks<Task, Result>(port: MessagePort | null, work: (task: Task) => Result): void {
  port?.on('message', (task: Task) => {
    let answer: Answer<Result>
    try {
      answer = { result: work(task) }
    } catch (error) {
      answer = { error: messageOf(error), hint: error instanceof WinnowError ? error.hint : undefined }
    }
    port.postMessage(answer)
  })
}

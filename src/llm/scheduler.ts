// Sends the calls of one endpoint: decides how many run at once, when to wait, what to retry and when to give up.
import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import type { RateLimits } from './chat.ts'
import { CallError, StopRun } from './errors.ts'

export interface SchedulerOptions {
  /** The most calls in flight; adapts between 1 and this. */
  concurrency: number
  /** Further attempts after the first. */
  maxRetries: number
  /** Milliseconds until an attempt without a complete answer is abandoned. */
  timeoutMs: number
}

/** Answers calls at an endpoint, as chat models do. */
export interface Callee<Request, Answer extends LimitedAnswer> {
  /** For messages. Holds no secrets. */
  endpoint: string
  /** @throws CallError */
  complete(request: Request, signal: AbortSignal): Promise<Answer>
}

interface LimitedAnswer {
  /** The server's limits, if it reported them. */
  limits?: RateLimits
}

/** Called for an attempt when its turn has come: claims it, and returns the callbacks that store its outcome. */
export type Guard<Answer> = () => Promise<Attempt<Answer>>
interface Attempt<Answer> {
  /** Handles the answer; the attempt keeps its slot until this resolves. */
  received(answer: Answer, latencyMs: number): Promise<void>
  failed(error: CallError): void
}

const BACKOFF_MS = 500
const BACKOFF_MAX_MS = 30_000
const WAIT_MAX_MS = 600_000
const COOL_MS = 1_000
const GONE_AFTER = 25
const NEVER_REACHED_RETRIES = 3

/** For calls that are not billed individually and whose answers are not stored. */
const unguarded: Guard<unknown> = () => Promise.resolve({ received: () => Promise.resolve(), failed: () => undefined })

export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #queue: PQueue
  readonly #stopped = new AbortController()
  #limit: number
  #cooledAt = 0
  #pausedUntil = 0
  #pause: NodeJS.Timeout | undefined
  #failuresInARow = 0
  #unreachable = true

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#limit = options.concurrency
    this.#queue = new PQueue({ concurrency: options.concurrency })
  }

  /** Returns the most calls that may be in flight now. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  /** Sends nothing new from now on; calls in flight may finish. */
  stop(reason: StopRun): void {
    this.#stopped.abort(reason)
    this.close()
    this.#queue.start()
  }

  /** Stops waiting for the endpoint's limits; called when nothing is left to send. */
  close(): void {
    clearTimeout(this.#pause)
  }

  /** @throws CallError if the request got no reply within the allowed attempts, StopRun if the run must end */
  async send<Request, Answer extends LimitedAnswer>(
    model: Callee<Request, Answer>,
    request: Request,
    guard: Guard<Answer> = unguarded,
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#queue.add(() => this.#attempt(model, request, guard), { priority: attempt })
      } catch (error) {
        if (!(error instanceof CallError)) throw error
        if (error.details.remedy === 'stop') throw this.#stopFor(error)
        if (error.details.remedy !== 'retry') throw error
        if (attempt >= this.#retriesFor(error)) throw this.#giveUp(error, attempt + 1)
        await this.#backOff(attempt, error.details.retryAfterMs)
      }
    }
  }

  async #attempt<Request, Answer extends LimitedAnswer>(
    model: Callee<Request, Answer>,
    request: Request,
    guard: Guard<Answer>,
  ): Promise<Answer> {
    this.throwIfStopped()
    const attempt = await guard()
    const started = performance.now()
    let answer: Answer
    try {
      this.throwIfStopped()
      answer = await this.#withTimeout(model, request)
    } catch (error) {
      const failure = error instanceof CallError ? error : undefined
      if (failure) this.#failed(failure)
      attempt.failed(failure ?? new CallError('stopped', 'not sent', { remedy: 'stop' }))
      throw error
    }
    this.#succeeded(answer)
    await attempt.received(answer, performance.now() - started)
    return answer
  }

  async #withTimeout<Request, Answer extends LimitedAnswer>(
    model: Callee<Request, Answer>,
    request: Request,
  ): Promise<Answer> {
    const { timeoutMs } = this.#options
    const attempt = new AbortController()
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      attempt.abort()
    }, timeoutMs)
    try {
      return await model.complete(request, attempt.signal)
    } catch (error) {
      if (!timedOut) throw error
      const message = `no complete answer within ${timeoutMs / 1000} s from ${model.endpoint}`
      const maybeBilled = !(error instanceof CallError && error.details.maybeBilled === false)
      throw new CallError('timeout', message, { remedy: 'retry', maybeBilled, overload: true, cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  /** @throws StopRun if nothing may be sent any more */
  throwIfStopped(): void {
    if (this.#stopped.signal.aborted) throw this.#stopped.signal.reason
  }

  #succeeded({ limits }: LimitedAnswer): void {
    this.#failuresInARow = 0
    this.#unreachable = false
    if (this.#limit < this.#options.concurrency) {
      this.#setLimit(Math.min(this.#options.concurrency, this.#limit + Math.max(1 / this.#limit, 0.05)))
    }
    if (limits) this.#pauseFor(waitAskedBy(limits))
  }

  #failed({ details, code }: CallError): void {
    if (details.overload && performance.now() - this.#cooledAt > COOL_MS) {
      this.#cooledAt = performance.now()
      this.#setLimit(Math.max(1, this.#limit / 2))
    }
    if (code !== 'unreachable') this.#unreachable = false
    if (details.overload && details.retryAfterMs !== undefined) this.#pauseFor(details.retryAfterMs)
  }

  #setLimit(limit: number): void {
    this.#limit = limit
    if (this.#queue.concurrency !== this.limit) this.#queue.concurrency = this.limit
  }

  /** Stops the whole endpoint, because what makes one call hopeless applies to all. */
  #stopFor(error: CallError): StopRun {
    const reason = new StopRun(error.code, error.message, stopDetails(error))
    this.stop(reason)
    return reason
  }

  /** Delays every call of the endpoint; calls in flight continue. */
  #pauseFor(milliseconds: number): void {
    const wait = Math.min(milliseconds, WAIT_MAX_MS)
    const until = performance.now() + wait
    if (milliseconds <= 0 || until <= this.#pausedUntil || this.#stopped.signal.aborted) return
    this.#pausedUntil = until
    this.#queue.pause()
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => this.#queue.start(), wait)
  }

  /** Returns the number of retries; an endpoint that has never answered gets fewer. */
  #retriesFor(error: CallError): number {
    const { maxRetries } = this.#options
    return error.code === 'unreachable' && this.#unreachable ? Math.min(maxRetries, NEVER_REACHED_RETRIES) : maxRetries
  }

  #giveUp(error: CallError, attempts: number): Error {
    const message = `${error.message} (${attempts} attempts)`
    this.#failuresInARow += 1
    if (this.#unreachable || this.#failuresInARow >= GONE_AFTER) {
      return new StopRun('endpoint-gone', `${message}; no call has succeeded there since`, {
        cause: error,
        hint: 'Check that the server is up and the base URL is right, then run the same command again to resume.',
      })
    }
    return new CallError(error.code, message, { ...error.details, cause: error })
  }

  async #backOff(attempt: number, retryAfterMs = 0): Promise<void> {
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** attempt)
    const wait = Math.max(Math.min(retryAfterMs, WAIT_MAX_MS), ceiling * (0.5 + Math.random() / 2))
    await sleep(wait, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
    this.throwIfStopped()
  }
}

function stopDetails(error: CallError) {
  return { cause: error, ...(error.hint !== undefined && { hint: error.hint }) }
}

/** Returns how long the server's own counters ask to wait: if nothing is left, until they are reset. */
function waitAskedBy(limits: RateLimits): number {
  const requests = limits.remainingRequests === 0 ? (limits.resetRequestsMs ?? 0) : 0
  const tokens = limits.remainingTokens === 0 ? (limits.resetTokensMs ?? 0) : 0
  return Math.max(requests, tokens)
}

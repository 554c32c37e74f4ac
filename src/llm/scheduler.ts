// Sends the calls of one endpoint: decides how many run at once, when to wait, what to retry and when to give up.
import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import { backoffMs, WAIT_MAX_MS } from './backoff.ts'
import type { RateLimits } from './chat.ts'
import { CallError, StopRun } from './errors.ts'
import { Pace, type PaceLimits } from './pace.ts'

export interface SchedulerOptions {
  /** The most calls in flight; adapts between 1 and this. */
  concurrency: number
  /** Further attempts after the first. */
  maxRetries: number
  /** Milliseconds until a first attempt without a complete answer is abandoned. */
  timeoutMs: number
  /** Returns how many calls to begin with, before the first is sent. By default all begin at once. */
  begin?: (() => Promise<PaceLimits>) | undefined
  /** Receives a sentence when the first call runs into its time limit: what to set. */
  onNotice?: ((sentence: string) => void) | undefined
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

const GONE_AFTER = 25
/** A request that ran into its time limit gets twice the time, up to this many times; then it is given up. */
const MOST_DOUBLINGS = 3
/** What to set as the time limit of a slow server, as a multiple of the present one. */
const ADVISED = 5
const NEVER_REACHED_RETRIES = 3
/** The longest delay of a timer. */
export const NEVER_MS = 2 ** 31 - 1

/** For calls that are not billed individually and whose answers are not stored. */
const unguarded: Guard<unknown> = () => Promise.resolve({ received: () => Promise.resolve(), failed: () => undefined })

export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #queue: PQueue
  readonly #stopped = new AbortController()
  readonly #pace: Pace
  #beginning: Promise<void> | undefined
  #hasBegun = false
  #answered = 0
  #hasTimedOut = false
  #pausedUntil = 0
  #pause: NodeJS.Timeout | undefined
  #failuresInARow = 0
  #unreachable = true

  constructor(options: SchedulerOptions) {
    this.#options = options
    const { concurrency } = options
    this.#pace = new Pace({ first: concurrency, most: concurrency })
    this.#queue = new PQueue({ concurrency })
  }

  /** The most calls that may ever be in flight. */
  get most(): number {
    return this.#options.concurrency
  }

  /** Returns the most calls that may be in flight now. */
  get limit(): number {
    return this.#pace.limit
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
    if (!this.#hasBegun) await (this.#beginning ??= this.#begin())
    let doublings = 0
    for (let attempt = 0; ; attempt++) {
      const timeoutMs = Math.min(this.#options.timeoutMs * 2 ** doublings, NEVER_MS)
      try {
        // What is repeated goes first, but for what timed out: it would keep all others waiting.
        const priority = doublings > 0 ? -doublings : attempt
        return await this.#queue.add(() => this.#attempt(model, request, guard, timeoutMs), { priority })
      } catch (error) {
        if (!(error instanceof CallError)) throw error
        if (error.details.remedy === 'stop') throw this.#stopFor(error)
        if (error.details.remedy !== 'retry') throw error
        if (error.code === 'timeout') doublings += 1
        if (attempt >= this.#retriesFor(error) || doublings > MOST_DOUBLINGS) throw this.#giveUp(error, attempt + 1)
        await this.#backOff(attempt, error.details.retryAfterMs)
      }
    }
  }

  async #begin(): Promise<void> {
    const limits = await this.#options.begin?.()
    if (limits !== undefined) this.#pace.restart(limits)
    this.#adjust()
    this.#hasBegun = true
  }

  async #attempt<Request, Answer extends LimitedAnswer>(
    model: Callee<Request, Answer>,
    request: Request,
    guard: Guard<Answer>,
    timeoutMs: number,
  ): Promise<Answer> {
    this.throwIfStopped()
    const attempt = await guard()
    const started = performance.now()
    const [together, answeredBefore] = [this.#queue.pending, this.#answered]
    let answer: Answer
    try {
      this.throwIfStopped()
      answer = await this.#withTimeout(model, request, timeoutMs)
    } catch (error) {
      const failure = error instanceof CallError ? error : undefined
      if (failure) this.#failed(failure, this.#answered - answeredBefore)
      attempt.failed(failure ?? new CallError('stopped', 'not sent', { remedy: 'stop' }))
      throw error
    }
    const latencyMs = performance.now() - started
    this.#succeeded(answer, latencyMs, together)
    await attempt.received(answer, latencyMs)
    return answer
  }

  async #withTimeout<Request, Answer extends LimitedAnswer>(
    model: Callee<Request, Answer>,
    request: Request,
    timeoutMs: number,
  ): Promise<Answer> {
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

  #succeeded({ limits }: LimitedAnswer, latencyMs: number, together: number): void {
    this.#answered += 1
    this.#failuresInARow = 0
    this.#unreachable = false
    this.#pace.answered(latencyMs, this.#options.timeoutMs, together)
    this.#adjust()
    if (limits) this.#pauseFor(waitAskedBy(limits))
  }

  /** @param answered replies that arrived while the call waited */
  #failed({ details, code, message }: CallError, answered: number): void {
    const before = this.limit
    if (details.overload) this.#pace.overloaded(code === 'timeout' ? answered : undefined)
    this.#adjust()
    if (code === 'timeout') this.#sayWhatToSet(message, before)
    if (code !== 'unreachable') this.#unreachable = false
    if (details.overload && details.retryAfterMs !== undefined) this.#pauseFor(details.retryAfterMs)
  }

  /** @param before calls that could be in flight before the time-out */
  #sayWhatToSet(message: string, before: number): void {
    const { onNotice, timeoutMs } = this.#options
    if (this.#hasTimedOut) return
    this.#hasTimedOut = true
    const seconds = timeoutMs / 1000
    const fewer = this.limit < before ? `, and the server gets ${this.limit} at once instead of ${before}` : ''
    onNotice?.(
      `${message}: the call is repeated with twice the time${fewer}. ` +
        `For a slow server, set --concurrency ${this.limit} and --timeout ${ADVISED * seconds}`,
    )
  }

  #adjust(): void {
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

  async #backOff(attempt: number, retryAfterMs: number | undefined): Promise<void> {
    await sleep(backoffMs(attempt, retryAfterMs), undefined, { signal: this.#stopped.signal }).catch(() => undefined)
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

// Calls one server: decides how many calls run at once, what to retry and when to give up.
import { callErrorFrom, cleanLine, WEB_PAGE } from '../../llm/adapters/openai-errors.ts'
import { post } from '../../llm/adapters/post.ts'
import { rateLimitsIn } from '../../llm/adapters/rate-limits.ts'
import type { RateLimits } from '../../llm/chat.ts'
import { connect } from '../../llm/connection.ts'
import { CallError } from '../../llm/errors.ts'
import type { ModelName } from '../../llm/models.ts'
import { Scheduler, type Callee, type SchedulerOptions } from '../../llm/scheduler.ts'
import type { Environment } from '../../base/cache.ts'

/** One call, and how its answer is read. */
interface Call<T> {
  /** The path below the base URL. */
  path: string
  /** Returns the body, which may change after `retriesOtherwise`. */
  body(): object
  /** @throws Error saying what is wrong with the answer */
  read(answer: unknown): T
  /** Inspects the error that `post` threw; true to send the call once more in another form. */
  retriesOtherwise?(error: unknown): boolean
}

export interface Caller {
  /** Base URL without credentials. */
  endpoint: string
  /** @throws CallError or StopRun as models do, or the signal's reason */
  call<T>(call: Call<T>, signal?: AbortSignal): Promise<T>
  close(): void
}

const DEFAULTS: SchedulerOptions = { concurrency: 8, maxRetries: 8, timeoutMs: 300_000 }

/**
 * @param path the path below the base URL, if messages should name it
 * @throws UsageError if no endpoint or key can be determined
 */
export function openCaller(
  model: Pick<ModelName, 'name' | 'baseUrl'>,
  env: Environment,
  options: Partial<SchedulerOptions> = {},
  path = '',
): Caller {
  const { server, endpoint, secrets } = connect(model, env)
  const scheduler = new Scheduler({ ...DEFAULTS, ...options })
  const asked = { endpoint: endpoint + path, name: model.name, secrets }

  const complete = async <T>({ call, signal }: Job<T>, attempt: AbortSignal): Promise<Answer<T>> => {
    const either = signal ? AbortSignal.any([attempt, signal]) : attempt
    for (;;) {
      try {
        const { data, headers } = await post(server, call.path, call.body(), either)
        const limits = rateLimitsIn(headers)
        return { value: readAnswer(call, data, asked), ...(limits && { limits }) }
      } catch (error) {
        signal?.throwIfAborted()
        if (!call.retriesOtherwise?.(error)) throw failureOf(error, asked)
      }
    }
  }

  return {
    endpoint,
    call: async <T>(call: Call<T>, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      const callee: Callee<Job<T>, Answer<T>> = { endpoint, complete }
      const answer = scheduler.send(callee, { call, signal })
      return (await orAborted(answer, signal)).value
    },
    close: () => scheduler.close(),
  }
}

interface Job<T> {
  call: Call<T>
  signal: AbortSignal | undefined
}

interface Answer<T> {
  value: T
  limits?: RateLimits
}

/** Returns the error for a failed call. A web page in place of a server is not retried, because it would be there the next time too. */
function failureOf(error: unknown, asked: { endpoint: string; name: string; secrets: string[] }): CallError {
  const failure = callErrorFrom(error, asked)
  if (failure.code !== WEB_PAGE) return failure
  return new CallError(failure.code, failure.message, { ...failure.details, remedy: 'give-up' })
}

/** Reads an answer without trusting it. An unreadable one is reported with its beginning. */
function readAnswer<T>(call: Call<T>, data: unknown, asked: { endpoint: string; name: string; secrets: string[] }): T {
  try {
    return call.read(data)
  } catch (error) {
    const seen = cleanLine(JSON.stringify(data)?.slice(0, 400) ?? 'nothing', asked.secrets)
    const message = `${asked.endpoint} returned an unusable answer for ${asked.name}: ${(error as Error).message}: ${seen}`
    throw new CallError('not-an-answer', message, { remedy: 'give-up', maybeBilled: true })
  }
}

/** Stops waiting for an answer once the signal is aborted. */
async function orAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  answer.catch(() => undefined)
  return Promise.race([answer, promise]).finally(() => signal.removeEventListener('abort', abort))
}

/** Returns whether an error may be due to the batch or one item in it, so that parts of it may succeed. */
export function isAboutContents(error: unknown): error is CallError {
  if (!(error instanceof CallError)) return false
  const { remedy, status } = error.details
  return remedy === 'split' || (remedy === 'give-up' && (status === 400 || status === 422))
}

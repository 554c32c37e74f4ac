// Calls one server: how many at once, what to try again, when to give up; what is too much for one call is asked in parts.
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
  /** What is asked below the base URL. */
  path: string
  /** May be another after `retriesOtherwise`. */
  body(): object
  /** @throws Error saying what is wrong with the answer */
  read(answer: unknown): T
  /** Looks at what `post` threw; true to send it once more, another way. */
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
 * @param path what is asked below the base URL, where messages should name it
 * @throws UsageError when no endpoint or key can be told
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

/** A page that stands where a server should is there the next time too. */
function failureOf(error: unknown, asked: { endpoint: string; name: string; secrets: string[] }): CallError {
  const failure = callErrorFrom(error, asked)
  if (failure.code !== WEB_PAGE) return failure
  return new CallError(failure.code, failure.message, { ...failure.details, remedy: 'give-up' })
}

/** What the server sends is not trusted: what cannot be read is said, with the beginning of it. */
function readAnswer<T>(call: Call<T>, data: unknown, asked: { endpoint: string; name: string; secrets: string[] }): T {
  try {
    return call.read(data)
  } catch (error) {
    const seen = cleanLine(JSON.stringify(data)?.slice(0, 400) ?? 'nothing', asked.secrets)
    const message = `${asked.endpoint} answered for ${asked.name} what cannot be used: ${(error as Error).message}: ${seen}`
    throw new CallError('not-an-answer', message, { remedy: 'give-up', maybeBilled: true })
  }
}

/** Does not wait for an answer that nobody wants any longer. */
async function orAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  answer.catch(() => undefined)
  return Promise.race([answer, promise]).finally(() => signal.removeEventListener('abort', abort))
}

/** Whether an error may be one of the batch, or of one thing in it, so that parts of it may fare better. */
export function isAboutContents(error: unknown): error is CallError {
  if (!(error instanceof CallError)) return false
  const { remedy, status } = error.details
  return remedy === 'split' || (remedy === 'give-up' && (status === 400 || status === 422))
}

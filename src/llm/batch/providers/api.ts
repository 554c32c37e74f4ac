// What every batch API needs: exchanges whose errors say what to do and hold no secret, and looking again where a list lags.
import { setTimeout as sleep } from 'node:timers/promises'
import { isObject, type JsonObject } from '../../../base/json.ts'
import { callErrorFrom, cleanLine } from '../../adapters/openai-errors.ts'
import { retryAfterIn } from '../../adapters/rate-limits.ts'
import { HttpError, type AnswerHeaders, type Server } from '../../adapters/post.ts'
import { answerLines, exchange, type Exchange } from '../../adapters/transfer.ts'
import { CallError } from '../../errors.ts'
import { QueueFull, type BatchResult, type BatchState, type UnreadableResult } from '../provider.ts'

/** One account of one provider. */
export interface Api {
  /** Without credentials. */
  endpoint: string
  server: Server
  /** Texts that must never appear in a message. */
  secrets: string[]
  /** The variable of the environment with the key. */
  key: string
  /** How long a list may not show a job that was created, in milliseconds. */
  settleMs: number
}

export interface ApiAnswer {
  data: JsonObject
  headers: AnswerHeaders
}

/**
 * Makes one exchange whose answer is a JSON object; a bare list becomes the `data` of one, as most APIs have it.
 * @param subject what is asked for, as in `job b1`: if it is not there, the error has the code `gone`
 * @throws CallError
 */
export async function ask(api: Api, wanted: Exchange, signal: AbortSignal, subject?: string): Promise<ApiAnswer> {
  try {
    const { data, headers } = await exchange(api.server, wanted, signal)
    if (Array.isArray(data)) return { data: { data }, headers }
    if (data !== undefined && !isObject(data)) throw notAnObject(api, data)
    return { data: data ?? {}, headers }
  } catch (error) {
    throw errorOf(api, error, subject)
  }
}

/** Creates a job. @throws QueueFull if the answer says that too much is queued, else CallError */
export async function create(
  api: Api,
  wanted: Exchange,
  isQueueFull: (error: HttpError) => boolean,
  signal: AbortSignal,
): Promise<JsonObject> {
  try {
    const { data } = await exchange(api.server, wanted, signal)
    if (!isObject(data)) throw notAnObject(api, data)
    return data
  } catch (error) {
    if (error instanceof HttpError && isQueueFull(error)) {
      throw new QueueFull(errorOf(api, error).message, retryAfterIn(error.headers))
    }
    throw errorOf(api, error)
  }
}

/** The id of what was created. @throws CallError if the answer has none */
export function idIn(api: Api, data: JsonObject, field = 'id'): string {
  const id = data[field]
  if (typeof id !== 'string' || id === '') throw notAnObject(api, data)
  return id
}

/** Whether an error speaks of what is queued, not of how fast calls are made. */
export const speaksOfQueue = ({ status, message }: HttpError): boolean =>
  (status === 429 || status === 400 || status === 403) &&
  /token_limit_exceeded|enqueued|queue (is )?full|batch_queue_full|too many (batch|job)/i.test(message)

/**
 * Reads the lines of a file of results.
 * @param read returns what became of a request, or why the line cannot be read
 * @throws CallError; `gone` if the file is kept no more
 */
export async function* resultLines(
  api: Api,
  path: string,
  subject: string,
  read: (line: string) => BatchResult | string,
  signal: AbortSignal,
): AsyncGenerator<BatchResult | UnreadableResult> {
  let number = 0
  try {
    for await (const line of answerLines(api.server, path, signal)) {
      number += 1
      const result = read(line)
      yield typeof result === 'string' ? { where: `${subject}:${number}`, why: result } : result
    }
  } catch (error) {
    throw errorOf(api, error, subject)
  }
}

/** Converts whatever an exchange threw. */
function errorOf(api: Api, error: unknown, subject?: string): CallError {
  if (error instanceof HttpError && (error.status === 404 || error.status === 410)) {
    const said = cleanLine(error.message, api.secrets)
    return subject === undefined
      ? new CallError('not-found', `${api.endpoint} has no such place: ${said}`, {
          remedy: 'stop',
          status: error.status,
          hint: 'Check the base URL, the name of the model, and that this account may use batches.',
        })
      : new CallError('gone', `${api.endpoint} does not have ${subject} any more: ${said}`, {
          remedy: 'give-up',
          status: error.status,
        })
  }
  return callErrorFrom(error, {
    endpoint: api.endpoint,
    name: subject ?? 'batches',
    secrets: api.secrets,
    key: api.key,
  })
}

const notAnObject = (api: Api, data: unknown): CallError =>
  new CallError('not-json', `${api.endpoint} answered with something else than expected: ${said(api, data)}`, {
    remedy: 'retry',
    maybeBilled: true,
  })

/** Words of a provider, or of any value, as one line for a message. */
export const said = (api: Api, value: unknown): string =>
  cleanLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), api.secrets)

const LOOKS = 5

/** Looks for a job again until it would be seen, however late the list is. */
export async function settled(
  api: Api,
  look: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string | undefined> {
  // The request that may have created it can have been made a moment ago, whenever the submission was begun.
  const deadline = performance.now() + api.settleMs
  for (;;) {
    const isLast = performance.now() >= deadline
    // One that fails is followed by another, unless it was the last.
    const found = await look().catch((error: unknown) => {
      if (isLast || !(error instanceof CallError) || error.details.remedy !== 'retry') throw error
      return undefined
    })
    if (found !== undefined || isLast) return found
    try {
      await sleep(Math.max(1, api.settleMs / LOOKS), undefined, { signal })
    } catch {
      throw new CallError('aborted', 'the call was cancelled', { remedy: 'stop' })
    }
  }
}

/** Cancels; a job that has ended by then needs none. */
export async function cancelled(cancel: () => Promise<unknown>, state: () => Promise<BatchState>): Promise<void> {
  try {
    await cancel()
  } catch (error) {
    const isRefused = error instanceof CallError && [400, 409, 422].includes(error.details.status ?? 0)
    if (!isRefused || (await state()).phase !== 'ended') throw error
  }
}

export const textAt = (value: unknown, key: string): string | undefined =>
  isObject(value) && typeof value[key] === 'string' && value[key] !== '' ? value[key] : undefined

export const numberAt = (value: unknown, key: string): number | undefined =>
  isObject(value) && typeof value[key] === 'number' ? value[key] : undefined

export const objectsAt = (value: unknown, key: string): JsonObject[] => {
  const list = isObject(value) ? value[key] : undefined
  return Array.isArray(list) ? list.filter(isObject) : []
}

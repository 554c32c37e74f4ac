// Asks the hub: waits when it limits the rate, and turns what it refuses into errors that say what to do next.
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, UsageError } from '../base/errors.ts'
import { authorization, pageUrl, type Hub, type Repository } from './address.ts'

/** Further attempts after an answer that may be different the next time. */
const RETRIES = 4
const PAUSE_MS = 500
/** A longer wait is left to the user. */
const LONGEST_WAIT_S = 120

interface Question {
  method?: 'POST'
  headers?: Record<string, string>
  body?: string
  /** What to do if the hub cannot be reached. */
  hint?: string
}

/**
 * Sends a request with the user's token, and repeats it if the hub is busy or limits the rate.
 * @returns the answer, which may be a refusal
 * @throws UsageError if the hub cannot be reached
 */
export async function askHub(hub: Hub, url: string, signal: AbortSignal, question: Question = {}): Promise<Response> {
  assertOnline(hub, 'this needs the hub')
  const { hint, headers, ...request } = question
  for (let attempt = 0; ; attempt++) {
    const response = await reached(hub, hint, signal, () =>
      fetch(url, { ...request, headers: { ...authorization(hub), ...headers }, signal }),
    )
    const seconds = pauseAfter(response, attempt)
    if (seconds === undefined || attempt === RETRIES || seconds > LONGEST_WAIT_S) return response
    await response.body?.cancel()
    if (seconds > 2) hub.onNotice?.(`${hub.url} is busy (${response.status}): waiting for ${Math.ceil(seconds)} s`)
    await sleep(seconds * 1000, undefined, { signal })
  }
}

/** @throws UsageError if HF_HUB_OFFLINE is set */
export function assertOnline({ isOffline }: Hub, why: string): void {
  if (isOffline) throw new UsageError(`HF_HUB_OFFLINE is set, and ${why}`, { hint: 'Unset HF_HUB_OFFLINE.' })
}

async function reached<T>({ url }: Hub, hint: string | undefined, signal: AbortSignal, work: () => Promise<T>) {
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new UsageError(`cannot reach ${url}: ${messageOf(cause)}`, { ...(hint && { hint }), cause: error })
  }
}

/** Returns the seconds to wait before the request is repeated; undefined if the answer is final. */
export function pauseAfter({ status, headers }: Response, attempt: number): number | undefined {
  if (status !== 429 && status < 500) return undefined
  return toldWait(headers) ?? (PAUSE_MS / 1000) * 2 ** attempt
}

/** Returns the wait in seconds that a server asks for: `Retry-After`, or the `t` of the hub's `RateLimit`. */
function toldWait(headers: Headers): number | undefined {
  const after = headers.get('retry-after')
  if (after !== null && /^\d+$/.test(after)) return Number(after)
  if (after !== null && !Number.isNaN(Date.parse(after))) return Math.max(0, (Date.parse(after) - Date.now()) / 1000)
  const reset = /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]
  return reset === undefined ? undefined : Number(reset)
}

/** Returns the error for an answer that is a refusal. @param what what was asked for: `OWNER/REPO`, or `OWNER/REPO/FILE` */
export function refusal(hub: Hub, repository: Repository, what: string, response: Response): UsageError {
  const { status, headers } = response
  const { url } = hub
  const code = headers.get('x-error-code')
  if (code === 'GatedRepo') {
    return new UsageError(`${what} is gated: its owner decides who may read it (${status})`, {
      hint: gatedHint(hub, repository),
    })
  }
  if (code === 'RevisionNotFound') {
    return new UsageError(`${repository.name} has no revision ${repository.revision}`, {
      hint: `Its branches and tags are at ${pageUrl(hub, repository)}.`,
    })
  }
  if (status === 401 || status === 403) {
    return new UsageError(`${url} refuses ${what} (${status})`, { hint: refusedHint(hub, response) })
  }
  if (status === 404) return new UsageError(`${url} has no ${what} (404)`)
  if (status === 429) {
    const wait = toldWait(headers)
    return new UsageError(`${url} limits the rate of requests (429)`, {
      hint: `Run the same command again${wait === undefined ? ' later' : ` in ${Math.ceil(wait)} s`}; what is done is not repeated.${hub.token === undefined ? ' With a token in HF_TOKEN the limit is higher.' : ''}`,
    })
  }
  return new UsageError(`${url} answered ${status} for ${what}`, { hint: 'Try again later.' })
}

const gatedHint = (hub: Hub, repository: Repository) =>
  hub.token === undefined
    ? `Ask for access at ${pageUrl(hub, repository)}, then set HF_TOKEN to a token of that account.`
    : `Ask for access at ${pageUrl(hub, repository)} with the account of the token in ${hub.tokenSource}.`

function refusedHint({ token, tokenSource }: Hub, { headers }: Response): string {
  if (token === undefined) return 'It is private, gated or missing: set HF_TOKEN to a token with read access.'
  if (/invalid (credentials|username|token)/i.test(headers.get('x-error-message') ?? '')) {
    return `The hub does not know the token in ${tokenSource}: it is wrong or was revoked. Make another at ${'https://huggingface.co/settings/tokens'}.`
  }
  return `The token in ${tokenSource} has no access, or the file does not exist.`
}

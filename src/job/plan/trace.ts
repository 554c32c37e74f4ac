// What is known of a row's questions before they are asked: replies that are in the ledger, requests that will be made, and what may follow.
import { setImmediate as turn } from 'node:timers/promises'
import { Pending } from '../../base/pending.ts'
import { Suspended } from '../../llm/batch/suspended.ts'
import type { Ask, ChatReply, ChatRequest } from '../../llm/chat.ts'
import { requestKey } from '../../llm/key.ts'
import type { Ledger, StoredReply } from '../../llm/ledger/ledger.ts'
import type { Forecast } from '../../method/definition.ts'
import type { Method } from '../../method/method.ts'
import type { Row } from '../../rows/row.ts'
import { expectedReply } from '../gather/forecasting.ts'

export interface FoundCall {
  request: ChatRequest
  reply: StoredReply
}

export interface KnownCalls {
  /** Requests with a reply in the ledger, in the order in which they are made. */
  found: FoundCall[]
  /** Requests that will be made next, as they will be sent. */
  missing: ChatRequest[]
}

/**
 * Goes through a row with the ledger alone, up to the requests that it has no reply to.
 * @param retries whether requests with unreadable replies are asked once more
 */
export async function knownCalls(
  method: Method,
  row: Row,
  ledger: Ledger | undefined,
  retries: boolean,
): Promise<KnownCalls> {
  const [found, missing]: [FoundCall[], ChatRequest[]] = [[], []]
  const open = new Pending()
  const look = async (requests: ChatRequest[]): Promise<ChatReply[]> => {
    const stored = ledger ? await ledger.find(requests.map(requestKey)) : []
    requests.forEach((request, at) => {
      const reply = stored[at]
      if (reply) found.push({ request, reply })
      else missing.push(request)
    })
    if (stored.length < requests.length || stored.includes(undefined)) throw new Suspended()
    return stored as ChatReply[]
  }
  const mayRetry = onceEach(retries)
  const again = async (request: ChatRequest, base: ChatRequest) => {
    const stored = (await ledger?.find([requestKey(request)]))?.[0]
    if (stored || !mayRetry(base)) return stored
    missing.push(request)
    throw new Suspended()
  }
  const ask: Ask = Object.assign((requests: ChatRequest[]) => open.add(look(requests)), {
    again: (request: ChatRequest, base: ChatRequest) => open.add(again(request, base)),
  })
  try {
    await method(row, ask)
  } catch (error) {
    if (!(error instanceof Suspended)) throw error
    // Other parts of the row may still ask.
    await open.settled()
    await turn()
    await open.settled()
  }
  return { found, missing }
}

export interface ExpectedCall {
  request: ChatRequest
  /** The round of the row in which it is asked, from 0. */
  round: number
}

/** As a run does, a request is asked once more only the first time. */
function onceEach(retries: boolean): (base: ChatRequest) => boolean {
  const retried = new Set<string>()
  return (base) => {
    if (!retries || retried.has(nameOf(base))) return false
    retried.add(nameOf(base))
    return true
  }
}

/**
 * Goes through a row as if every reply led to the next question.
 * @param known replies that are there, by the key of the request
 * @param retries whether requests with unreadable replies are asked once more
 */
export async function expectedCalls(
  method: Method,
  row: Row,
  forecast: Forecast,
  known: ReadonlyMap<string, ChatReply> = new Map(),
  retries = false,
): Promise<ExpectedCall[]> {
  const calls: ExpectedCall[] = []
  let [round, waiting] = [-1, undefined as Promise<void> | undefined]
  const nextRound = () => {
    round += 1
    return turn().then(() => void (waiting = undefined))
  }
  const asking = async (requests: ChatRequest[]): Promise<ChatReply[]> => {
    const replies = requests.map((request) => known.get(nameOf(request)))
    const open = requests.filter((_request, at) => replies[at] === undefined)
    if (open.length > 0) {
      waiting ??= nextRound()
      calls.push(...open.map((request) => ({ request, round })))
      await waiting
    }
    return requests.map((request, at) => replies[at] ?? expectedReply(forecast, request))
  }
  const mayRetry = onceEach(retries)
  const again = async (request: ChatRequest, base: ChatRequest) =>
    known.get(nameOf(request)) ?? (mayRetry(base) ? (await asking([request]))[0] : undefined)
  await method(row, Object.assign(asking, { again }))
  return calls
}

/** The key of a request, for maps. */
export const nameOf = (request: ChatRequest): string => requestKey(request).toString('latin1')

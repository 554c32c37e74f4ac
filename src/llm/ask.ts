// The two doors to replies: `gatherAsk` looks in the ledger and then asks the model; `ledgerAsk` looks in the ledger alone.
import { Budget, worstCase, type Reservation } from './budget.ts'
import type { Ask, ChatModel, ChatReply, ChatRequest } from './chat.ts'
import { CallError, MissingReply } from './errors.ts'
import { requestKey } from './key.ts'
import type { Ledger, StoredReply } from './ledger/ledger.ts'
import { costOf } from './prices.ts'
import type { Guard, Scheduler } from './scheduler.ts'

/** A model and the scheduler of its endpoint. */
export interface Route {
  model: ChatModel
  scheduler: Scheduler
}

/** What happened to requests, for progress and the manifest. */
export interface AskObserver {
  found(request: ChatRequest, reply: StoredReply): void
  received(request: ChatRequest, reply: ChatReply, cost: number | null): void
  failed(request: ChatRequest, error: CallError): void
}

export interface GatherOptions {
  ledger: Ledger
  /** Run id. */
  run: string
  /** Stage name → where its requests go. */
  routes: ReadonlyMap<string, Route>
  budget: Budget
  observer: AskObserver
  /** Whether requests that could not be read are asked anew, once, with a new sample number. */
  retryUndecided: boolean
}

/** An ask that can be waited for: `settled` resolves when no call is in flight any longer. */
export interface GatherAsk extends Ask {
  settled(): Promise<void>
}

/** An ask that answers from the ledger and sends what is missing. Equal requests in flight share one call. */
export function gatherAsk(options: GatherOptions): GatherAsk {
  const { ledger, observer } = options
  ledger.startWriting()
  const inFlight = new Map<string, Promise<ChatReply>>()
  const retried = new Set<string>()

  const one = (request: ChatRequest): Promise<ChatReply> => {
    const key = requestKey(request)
    const stored = ledger.find(key)
    if (stored) {
      observer.found(request, stored)
      return Promise.resolve(stored)
    }
    const name = key.toString('latin1')
    let call = inFlight.get(name)
    if (call === undefined) {
      call = send(options, key, request).finally(() => inFlight.delete(name))
      inFlight.set(name, call)
    }
    return call
  }

  const again = async (request: ChatRequest): Promise<ChatReply | undefined> => {
    const stored = ledger.find(requestKey(request))
    if (stored) return stored
    const base = requestKey({ ...request, sample: 0 }).toString('latin1')
    if (!options.retryUndecided || retried.has(base)) return undefined
    retried.add(base)
    return one(request)
  }

  const settled = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.allSettled(inFlight.values())
  }
  return Object.assign((requests: ChatRequest[]) => Promise.all(requests.map(one)), { again, settled })
}

async function send(options: GatherOptions, key: Buffer, request: ChatRequest): Promise<ChatReply> {
  const { ledger, run, observer } = options
  const { stage } = request.source
  const route = options.routes.get(stage)
  if (route === undefined) throw new Error(`no model was named for the stage ${stage}`)
  throwIfKnownTooLong(ledger, key)
  try {
    const { reply } = await route.scheduler.send(route.model, request, guardOf(options, key, route.model, request))
    observer.received(request, reply, costOf(route.model.price, reply.usage))
    return reply
  } catch (error) {
    if (error instanceof CallError) {
      ledger.fail(key, { code: error.code, message: error.message, run })
      observer.failed(request, error)
    }
    throw error
  }
}

/** That a request is longer than its model's context is a fact like a reply: it need not be found out twice. */
function throwIfKnownTooLong(ledger: Ledger, key: Buffer): void {
  const failure = ledger.failureOf(key)
  if (failure?.code === TOO_LONG) throw new CallError(TOO_LONG, failure.message, { remedy: 'split' })
}

const TOO_LONG = 'too-long'

/** Reserves the worst case of an attempt, replaces it by what it cost, and has the reply in the ledger before the next call is sent. */
function guardOf(options: GatherOptions, key: Buffer, model: ChatModel, request: ChatRequest): Guard {
  const { budget, ledger, run } = options
  const { price, identity, endpoint } = model
  const settle = (reservation: Reservation, cost: number | null, maybeBilled: boolean) => {
    if (cost !== null) return reservation.settle(cost)
    // Nobody said what it cost: a reply without token counts, or no reply although the work may have been done.
    const unsettled = maybeBilled && price !== undefined ? worstCase(request, price) : 0
    if (unsettled > 0) ledger.runs.addUnsettled(run, unsettled)
    reservation.settle(unsettled)
  }
  return async () => {
    // Without a cap there is nothing to hold back.
    const isCapped = budget.cap !== undefined && price !== undefined
    const reservation = await budget.reserve(isCapped ? worstCase(request, price) : 0)
    return {
      received: ({ reply }, latencyMs) => {
        const cost = costOf(price, reply.usage)
        settle(reservation, cost, true)
        const { source, sample } = request
        return ledger.append({ key, reply, model: identity, endpoint, source, sample, run, cost, latencyMs })
      },
      failed: ({ details }) => settle(reservation, null, details.maybeBilled === true),
    }
  }
}

/** An ask that never leaves the ledger. @throws CallError as the last attempt did, MissingReply where there was none. */
export function ledgerAsk(ledger: Ledger): Ask {
  const one = (request: ChatRequest): ChatReply => {
    const key = requestKey(request)
    const stored = ledger.findText(key)
    if (stored) return stored
    throwIfKnownTooLong(ledger, key)
    const failure = ledger.failureOf(key)
    if (failure) throw new CallError(failure.code, failure.message, { remedy: 'give-up' })
    throw new MissingReply('it was never asked')
  }
  return Object.assign(async (requests: ChatRequest[]) => requests.map(one), {
    again: async (request: ChatRequest) => ledger.findText(requestKey(request)),
  })
}

// The two ways to get replies: `gatherAsk` looks in the ledger and then asks the model; `ledgerAsk` only looks in the ledger.
import { setTimeout as sleep } from 'node:timers/promises'
import { exhausted, worstCase, type Cap } from './cap.ts'
import type { Ask, ChatModel, ChatReply, ChatRequest, Completion } from './chat.ts'
import { CallError, MissingReply, NotStored, StopRun } from './errors.ts'
import { FormCheck } from './form.ts'
import { requestKey } from './key.ts'
import { findOne, type Ledger, type StoredReply } from './ledger/ledger.ts'
import { costOf } from './prices.ts'
import { Scheduler, type Guard } from './scheduler.ts'
import { soundModel } from './sound-model.ts'

/** A model and the scheduler of its endpoint. */
export interface Route {
  model: ChatModel
  scheduler: Scheduler
}

/** Receives what happens to requests, for progress and the manifest. */
export interface AskObserver {
  found(request: ChatRequest, reply: StoredReply): void
  received(request: ChatRequest, reply: ChatReply, cost: number | null): void
  failed(request: ChatRequest, error: CallError): void
}

/** Requests that wait for another process. */
export interface WaitingElsewhere {
  requests: number
  /** Called when there is one more. */
  onMore?: () => void
}

export interface GatherOptions {
  ledger: Ledger
  /** The run id. */
  run: string
  /** Maps a stage's name to the model and scheduler for its requests. */
  routes: ReadonlyMap<string, Route>
  /** undefined without a limit. */
  cap: Cap | undefined
  observer: AskObserver
  /** Counts the requests that wait for another process, which sends them. */
  elsewhere?: WaitingElsewhere
  /** Whether requests with unreadable replies are asked once more, with a new sample number. */
  retryUndecided: boolean
}

/** An ask with `settled`, which resolves when no call is in flight and everything is written. */
export interface GatherAsk extends Ask {
  settled(): Promise<void>
}

/** Creates an ask that answers from the ledger and sends what is missing. Equal requests in flight share one call. */
export function gatherAsk(options: GatherOptions): GatherAsk {
  const { ledger, observer } = options
  ledger.startWriting()
  const inFlight = new Map<string, Promise<ChatReply>>()
  const retried = new Set<string>()

  const forms = new FormCheck((request) => probe(options, request))

  const all = async (requests: ChatRequest[]): Promise<ChatReply[]> => {
    const keys = requests.map(requestKey)
    const stored = await ledger.find(keys)
    return Promise.all(requests.map((request, index) => one(request, keys[index] as Buffer, stored[index])))
  }

  const one = (request: ChatRequest, key: Buffer, stored: StoredReply | undefined): Promise<ChatReply> => {
    if (stored) {
      observer.found(request, stored)
      return Promise.resolve(stored)
    }
    const name = key.toString('latin1')
    let call = inFlight.get(name)
    if (call === undefined) {
      call = sendChecked(key, request).finally(() => inFlight.delete(name))
      inFlight.set(name, call)
    }
    return call
  }

  const sendChecked = async (key: Buffer, request: ChatRequest) => {
    const reply = await send(options, key, request)
    await forms.look(request, reply)
    return reply
  }

  const again = async (request: ChatRequest, first: ChatRequest): Promise<ChatReply | undefined> => {
    const key = requestKey(request)
    const stored = await findOne(ledger, key)
    if (stored) return stored
    const base = requestKey(first).toString('latin1')
    if (!options.retryUndecided || retried.has(base)) return undefined
    retried.add(base)
    return one(request, key, undefined)
  }

  const settled = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.allSettled(inFlight.values())
    await ledger.settled()
  }
  const stored = (request: ChatRequest) => findOne(ledger, requestKey(request))
  return Object.assign(all, { again, stored, settled })
}

/** A call that must not end the run, whatever the server says to it. */
async function probe(options: GatherOptions, request: ChatRequest): Promise<ChatReply> {
  const { stage } = request.source
  const { model } = options.routes.get(stage) as Route
  const scheduler = new Scheduler({ concurrency: 1, maxRetries: 1, timeoutMs: PROBE_MS })
  const key = requestKey(request)
  return (
    (await findOne(options.ledger, key)) ??
    send({ ...options, routes: new Map([[stage, { model, scheduler }]]) }, key, request)
  )
}

const PROBE_MS = 60_000

async function send(options: GatherOptions, key: Buffer, request: ChatRequest): Promise<ChatReply> {
  const { ledger, observer } = options
  const { stage } = request.source
  const route = options.routes.get(stage)
  if (route === undefined) throw new Error(`no model for the stage ${stage}`)
  const guard = guardOf(options, key, route, request)
  const model = soundModel(route.model)
  for (;;) {
    await throwIfKnownTooLong(ledger, key)
    try {
      const { reply } = await route.scheduler.send(model, request, guard)
      observer.received(request, reply, costOf(route.model.price, reply.usage))
      return reply
    } catch (error) {
      if (error instanceof SentElsewhere) {
        await endElsewhere(options, key, route)
        const stored = await findOne(ledger, key)
        if (stored === undefined) continue
        observer.found(request, stored)
        return stored
      }
      if (error instanceof CallError) {
        await ledger.fail(key, { code: error.code, message: error.message, run: options.run })
        observer.failed(request, error)
      }
      throw error
    }
  }
}

/** Waits until no other process sends the request. */
async function endElsewhere({ ledger, elsewhere }: GatherOptions, key: Buffer, { scheduler }: Route): Promise<void> {
  if (elsewhere) {
    elsewhere.requests += 1
    elsewhere.onMore?.()
  }
  try {
    while (await ledger.isClaimed(key)) {
      await sleep(LOOK_AGAIN_MS)
      scheduler.throwIfStopped()
    }
  } finally {
    if (elsewhere) elsewhere.requests -= 1
  }
}

const LOOK_AGAIN_MS = 50

/** Thrown if another process has already sent the same request. */
class SentElsewhere extends Error {}

/** Throws the recorded error of a request that is longer than its model's context, so that it is not sent twice. */
async function throwIfKnownTooLong(ledger: Ledger, key: Buffer): Promise<void> {
  const failure = await ledger.failureOf(key)
  if (failure?.code === TOO_LONG) throw new CallError(TOO_LONG, failure.message, { remedy: 'split' })
}

const TOO_LONG = 'too-long'

/**
 * Claims the request and reserves its worst-case cost, replaces the reservation by the actual cost, and stores the reply in the ledger
 * before the next call is sent.
 */
function guardOf(
  { cap, ledger, run }: GatherOptions,
  key: Buffer,
  route: Route,
  request: ChatRequest,
): Guard<Completion> {
  const { price, identity, endpoint } = route.model
  const amount = price === undefined ? 0 : worstCase(request, price)
  return async () => {
    const claim = { key, run, amount, cap: cap && cap.most - cap.unrecorded }
    for (let answer = await ledger.claim(claim); answer.state !== 'granted'; answer = await ledger.claim(claim)) {
      if (answer.state === 'answered' || answer.state === 'elsewhere') throw new SentElsewhere()
      if (answer.state === 'batched') throw inBatch(ledger)
      // Calls in flight may still release part of their reservation.
      if (answer.state === 'no-room' && answer.held === 0) throw exhausted(cap as Cap, answer.spent, amount)
      await sleep(LOOK_AGAIN_MS)
      route.scheduler.throwIfStopped()
    }
    return {
      received: ({ reply, endpoint: place = endpoint }, latencyMs) => {
        const cost = costOf(price, reply.usage)
        // The cost is unknown: the reply has no token counts, or there is no reply although the work may have been done.
        const unsettled = cost === null ? amount : 0
        const { source, sample } = request
        return ledger.append({
          key,
          reply,
          model: identity,
          endpoint: place,
          source,
          sample,
          run,
          cost,
          unsettled,
          latencyMs,
        })
      },
      failed: ({ details }) => ledger.release({ key, run, unsettled: details.maybeBilled === true ? amount : 0 }),
    }
  }
}

/** What a batch job asks is not asked online as well: it would be paid for twice. */
const inBatch = ({ path }: Ledger): StopRun =>
  new StopRun('in-batch', 'a batch job is open that asks the same', {
    hint:
      `Go on with the command that submitted it, with --batch; or winnow batch wait --ledger ${path}; ` +
      `or give the job up: winnow batch cancel --all --ledger ${path}.`,
  })

export interface StoredOptions {
  /** Receives each reply. */
  onFound?: AskObserver['found'] | undefined
  /** Whether every request was answered, so that one without a reply is no outcome but to be asked. Default false. */
  isWhole?: boolean
}

/**
 * Creates an ask that only uses the ledger.
 * @throws CallError as in the last attempt, MissingReply if there was none; NotStored instead of both if everything should be there
 */
export function ledgerAsk(ledger: Ledger, { onFound, isWhole = false }: StoredOptions = {}): Ask {
  const whyNone = async (key: Buffer): Promise<never> => {
    await throwIfKnownTooLong(ledger, key)
    if (isWhole) throw new NotStored()
    const failure = await ledger.failureOf(key)
    if (failure) throw new CallError(failure.code, failure.message, { remedy: 'give-up' })
    throw new MissingReply('it was never asked')
  }
  const repliesTo = async (requests: ChatRequest[], keys: Buffer[]): Promise<(ChatReply | undefined)[]> => {
    if (onFound === undefined) return ledger.findTexts(keys)
    const found = await ledger.find(keys)
    for (const [index, reply] of found.entries()) if (reply) onFound(requests[index] as ChatRequest, reply)
    return found
  }
  const all = async (requests: ChatRequest[]): Promise<ChatReply[]> => {
    const keys = requests.map(requestKey)
    const found = await repliesTo(requests, keys)
    const missing = found.findIndex((reply) => reply === undefined)
    return missing === -1 ? (found as ChatReply[]) : whyNone(keys[missing] as Buffer)
  }
  const stored = async (request: ChatRequest) => (await ledger.findTexts([requestKey(request)]))[0]
  return Object.assign(all, { again: stored, stored })
}

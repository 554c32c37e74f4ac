// Asks until a reply can be read, within fixed bounds: a truncated reply is asked once more with twice the limit, an unreadable one once
// more with what was wrong.
import type { Ask, ChatReply, ChatRequest } from './chat.ts'
import { CallError, MissingReply } from './errors.ts'
import { finishOf } from './finish.ts'

/** Thrown by a reader of replies if the text holds nothing reliable. */
export class UnreadableReply extends Error {
  /** Stable: `malformed`, `out-of-range`, `contradictory`, … */
  readonly why: string
  /** The part to use if the reply to a re-ask is no better; undefined for nothing. */
  readonly partial: unknown

  constructor(why: string, message: string, partial?: unknown) {
    super(message)
    this.why = why
    this.partial = partial
  }
}

/** The outcome of a call: a value that was read, or why there is none. */
export type Reading<T> = { read: true; value: T } | UnreadReading

interface UnreadReading {
  read: false
  why: string
  detail: string
  /** The reply as received; undefined if there was none. */
  raw: string | undefined
  /** The part that could be read. */
  partial?: unknown
}

interface ReadingRules {
  /** How many samples of the request are taken in parallel. Further samples get higher numbers. Default 1. */
  samples?: number
  /** Whether the model is told what was wrong with a reply. A model that takes no instructions would read them as input. Default true. */
  isCorrected?: boolean
  /** What the prompt asks for, in a sentence that is the same for every row. */
  rule?: string
}

/** The rule of a prompt that brings none. */
export const PLAIN_RULE = 'Answer in full, in exactly the form asked for.'

/**
 * Asks, reads, and asks again if the rules allow it. The same replies always give the same reading. An unread sample is followed by further
 * samples only if `ask.again` has them.
 * @throws CallError with remedy `split` if the request is too long, StopRun if the run must end
 */
export async function askUntilRead<T>(
  ask: Ask,
  request: ChatRequest,
  reader: (text: string) => T,
  { samples = 1, isCorrected = true, rule = PLAIN_RULE }: ReadingRules = {},
): Promise<Reading<T>> {
  const stored = (each: ChatRequest) => ask.stored?.(each) ?? Promise.resolve(undefined)
  const correcting = isCorrected ? { rule, stored } : undefined
  let reading = await readSample(correcting, (each) => askOne(ask, each), request, reader)
  for (let sample = request.sample + samples; !reading.read && reading.raw !== undefined; sample += samples) {
    const again = { ...request, sample }
    const reply = await ask.again(again, request).catch(noReply)
    if (reply === undefined) break
    const first = (each: ChatRequest) => (each === again ? Promise.resolve(reply) : askOne(ask, each))
    reading = await readSample(correcting, first, again, reader)
  }
  return reading
}

type Send = (request: ChatRequest) => Promise<ChatReply>

/** How an unreadable reply is asked for anew. */
interface Correcting {
  rule: string
  stored: (request: ChatRequest) => Promise<ChatReply | undefined>
}

async function readSample<T>(
  correcting: Correcting | undefined,
  send: Send,
  first: ChatRequest,
  reader: (text: string) => T,
): Promise<Reading<T>> {
  try {
    if (correcting === undefined) return readReply(await send(first), reader, Infinity)
    const plain = await sendUncut(send, first)
    const reading = readReply(plain.reply, reader)
    if (reading.read || reading.why === 'truncated') return reading
    const former = formerCorrectionOf(plain.request, reading.detail)
    const isFormer = (await correcting.stored(former)) !== undefined
    const corrected = await sendUncut(
      send,
      isFormer ? former : correctionOf(plain.request, correcting.rule),
      plain.doubled,
    )
    const second = readReply(corrected.reply, reader)
    if (second.read) return second
    const partial = second.partial ?? reading.partial
    return partial === undefined ? second : { read: true, value: partial as T }
  } catch (error) {
    return unanswered(error)
  }
}

/** Sends a request. If its reply was truncated and the limit has not been doubled yet, sends it once more with twice the limit. */
async function sendUncut(send: Send, request: ChatRequest, doubled = false) {
  const reply = await send(request)
  if (doubled || finishOf(reply) !== 'truncated') return { request, reply, doubled }
  const source = { ...request.source, attempt: request.source.attempt + 1 }
  const wider = { ...request, maxTokens: request.maxTokens * 2, source }
  return { request: wider, reply: await send(wider), doubled: true }
}

/** The request again, its last message followed by the rule. Nothing of the reply stands in it: a model might echo that. */
const correctionOf = (request: ChatRequest, rule: string): ChatRequest =>
  noted(request, `This is asked once more, as an earlier reply could not be used. ${rule}`)

/** As Winnow asked before it had rules: what a ledger holds of these is not asked for again. */
const formerCorrectionOf = (request: ChatRequest, detail: string): ChatRequest =>
  noted(
    request,
    `An earlier reply to this could not be used: ${detail}. Answer anew and in full, in exactly the format asked for.`,
  )

function noted(request: ChatRequest, note: string): ChatRequest {
  const messages = request.messages.map((message, index) =>
    index === request.messages.length - 1 ? { ...message, content: `${message.content}\n\n${note}` } : message,
  )
  return { ...request, messages, source: { ...request.source, attempt: request.source.attempt + 1 } }
}

/** Longer replies in words are not read: nothing asks for them, and the time of a reader grows with the text. */
const MOST_CHARACTERS = 256 * 1024

function readReply<T>(reply: ChatReply, reader: (text: string) => T, most = MOST_CHARACTERS): Reading<T> {
  const raw = reply.text
  const unread = (why: string, detail: string): Reading<T> => ({ read: false, why, detail, raw })
  const finish = finishOf(reply)
  if (finish === 'truncated') return unread('truncated', 'it was cut off by its token limit')
  if (finish === 'filtered') return unread('filtered', "the provider's content filter stopped it")
  if (finish === 'other') return unread('malformed', `it ended with finish reason "${reply.finishReason}"`)
  if (reply.refusal) return { read: false, why: 'refused', detail: 'the model refused', raw: reply.refusal }
  const text = withoutThinking(raw)
  if (text.trim() === '') return unread('empty', 'it was empty')
  if (text.length > most) return unread('malformed', `it has more than ${most} characters`)
  try {
    return { read: true, value: reader(text) }
  } catch (error) {
    if (error instanceof UnreadableReply) {
      return { read: false, why: error.why, detail: error.message, raw, partial: error.partial }
    }
    // A stored reply must never stop a run, whatever a reader stumbles over.
    return unread('malformed', 'it could not be read')
  }
}

/** Drops a reasoning model's thoughts before its answer. Unfinished thinking is no answer. */
export function withoutThinking(text: string): string {
  if (!/<\/?think>/i.test(text)) return text
  const answer = text.replace(/^[\s\S]*<\/think>/i, '')
  return /<think>/i.test(answer) ? '' : answer
}

async function askOne(ask: Ask, request: ChatRequest): Promise<ChatReply> {
  const [reply] = await ask([request])
  return reply as ChatReply
}

/** Keeps the earlier reading if a further sample got no reply. */
function noReply(error: unknown): undefined {
  unanswered(error)
  return undefined
}

/** @throws errors that must stop the run or split the request */
function unanswered(error: unknown): UnreadReading {
  const isOurs = error instanceof MissingReply || (error instanceof CallError && error.details.remedy !== 'split')
  if (!isOurs) throw error
  return {
    read: false,
    why: error.code === 'filtered' ? 'filtered' : 'no-reply',
    detail: error.message,
    raw: undefined,
  }
}

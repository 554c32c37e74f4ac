// The calls about a row and their outcomes: an ask that records requests, and what the ledger knows about each call.
import type { Ask, ChatReply, ChatRequest, Usage } from '../llm/chat.ts'
import { requestKey } from '../llm/key.ts'
import { findOne, type Ledger } from '../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../llm/prices.ts'

/** One call behind a decision. Fields that the ledger does not know are null. */
export interface ExplainedCall {
  stage: string
  /** Identifies the call within the row and stage. */
  part: string
  /** 0 for the first sample. */
  sample: number
  /** From 1; more if an earlier reply was truncated or unreadable. */
  attempt: number
  model: string
  /** Prompt id and version. */
  prompt: string
  endpoint: string | null
  /** When the reply arrived, ISO 8601. */
  at: string | null
  latencyMs: number | null
  usage: Usage | null
  /** In US dollars. */
  cost: number | null
  /** The run that paid for it. */
  run: string | null
  finishReason: string | null
  reply: string | null
  refusal: string | null
  reasoning: string | null
  /** Why there is no reply. */
  failure: { code: string; message: string } | null
}

/** Wraps an ask to record every request in the order of asking. */
export function recordingAsk(ask: Ask, requests: ChatRequest[]): Ask {
  return Object.assign(
    (asked: ChatRequest[]): Promise<ChatReply[]> => {
      requests.push(...asked)
      return ask(asked)
    },
    {
      again: async (request: ChatRequest, first: ChatRequest) => {
        const reply = await ask.again(request, first)
        // A further sample is looked up after every unread one, but it was a call only if there is a reply.
        if (reply) requests.push(request)
        return reply
      },
      ...(ask.stored && { stored: ask.stored }),
    },
  )
}

/** Returns what the ledger knows about a request. */
export async function explainCall(ledger: Ledger, request: ChatRequest): Promise<ExplainedCall> {
  const { source, sample, model } = request
  const key = requestKey(request)
  const reply = await findOne(ledger, key)
  const provenance = await ledger.provenanceOf(key)
  const failure = reply ? undefined : await ledger.failureOf(key)
  const neverAsked = { code: 'missing-reply', message: 'never asked' }
  return {
    stage: source.stage,
    part: source.part,
    sample,
    attempt: source.attempt,
    model,
    prompt: source.prompt,
    endpoint: provenance?.endpoint ?? null,
    at: provenance ? new Date(provenance.createdMs).toISOString() : null,
    latencyMs: provenance?.latencyMs ?? null,
    usage: reply?.usage ?? null,
    cost: reply?.cost === undefined || reply.cost === null ? null : reply.cost / NANO_PER_DOLLAR,
    run: provenance?.run ?? failure?.run ?? null,
    finishReason: reply?.finishReason ?? null,
    reply: reply?.text ?? null,
    refusal: reply?.refusal ?? null,
    reasoning: reply?.reasoning ?? null,
    failure: reply ? null : failure ? { code: failure.code, message: failure.message } : neverAsked,
  }
}

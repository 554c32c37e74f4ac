// What was asked about a row and what came of it: an ask that remembers, and what the ledger knows of each call.
import type { Ask, ChatReply, ChatRequest, Usage } from '../../llm/chat.ts'
import { requestKey } from '../../llm/key.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'

/** One call behind a decision. What the ledger does not know is null. */
export interface ExplainedCall {
  stage: string
  /** Which call of the row and stage it is. */
  part: string
  /** 0 for the first time that it was asked. */
  sample: number
  /** From 1; more where an earlier reply was cut off or unreadable. */
  attempt: number
  model: string
  /** Prompt id and version. */
  prompt: string
  endpoint: string | null
  /** When the reply came, ISO 8601. */
  at: string | null
  latencyMs: number | null
  usage: Usage | null
  /** US dollars. */
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

/** An ask around another that notes every request in the order of asking. */
export function recordingAsk(ask: Ask, requests: ChatRequest[]): Ask {
  return Object.assign(
    (asked: ChatRequest[]): Promise<ChatReply[]> => {
      requests.push(...asked)
      return ask(asked)
    },
    {
      again: async (request: ChatRequest, first: ChatRequest) => {
        const reply = await ask.again(request, first)
        // A further sample is looked for after every unread one; it was a call only where there is one.
        if (reply) requests.push(request)
        return reply
      },
      ...(ask.stored && { stored: ask.stored }),
    },
  )
}

/** What the ledger knows of a request. */
export function explainCall(ledger: Ledger, request: ChatRequest): ExplainedCall {
  const { source, sample, model } = request
  const key = requestKey(request)
  const reply = ledger.find(key)
  const provenance = ledger.provenanceOf(key)
  const failure = reply ? undefined : ledger.failureOf(key)
  const neverAsked = { code: 'missing-reply', message: 'it was never asked' }
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

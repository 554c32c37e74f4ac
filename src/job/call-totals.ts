// Counts the calls of a job by stage while it gathers.
import { bump } from '../base/counts.ts'
import type { AskObserver } from '../llm/ask.ts'
import type { ChatReply, ChatRequest } from '../llm/chat.ts'
import { finishOf } from '../llm/finish.ts'
import type { StoredReply } from '../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../llm/prices.ts'

/** Calls of one stage in this start of the run. */
export interface StageCalls {
  model: string
  /** Replies received from a model now. */
  made: number
  /** Replies found in the ledger. */
  found: number
  /** Those of made and found that ask again because an earlier reply was cut off or unreadable. */
  reasked: number
  /** Those of made and found that were cut off by their limit. */
  truncated: number
  /** Calls without a reply. */
  failed: number
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  reasoningTokens: number
  /** US dollars for the calls made now, as far as known. */
  usd: number
  /** Calls made now with unknown cost. */
  unpriced: number
  /** US dollars that the replies found in the ledger had cost, as far as known. */
  usdFound: number
  /** Replies found with unknown cost. */
  unpricedFound: number
}

/** Counts calls by stage as they happen. */
export class CallTotals implements AskObserver {
  stages: Record<string, StageCalls> = {}
  /** Failed calls by code. */
  readonly failures: Record<string, number> = {}

  found(request: ChatRequest, reply: StoredReply): void {
    const calls = this.#of(request)
    if (finishOf(reply) === 'truncated') calls.truncated += 1
    calls.found += 1
    calls.usdFound += (reply.cost ?? 0) / NANO_PER_DOLLAR
    if (reply.cost === null) calls.unpricedFound += 1
  }

  received(request: ChatRequest, reply: ChatReply, cost: number | null): void {
    const { usage } = reply
    const calls = this.#of(request)
    if (finishOf(reply) === 'truncated') calls.truncated += 1
    calls.made += 1
    calls.inputTokens += usage?.input ?? 0
    calls.outputTokens += usage?.output ?? 0
    calls.cachedTokens += usage?.cached ?? 0
    calls.reasoningTokens += usage?.reasoning ?? 0
    if (cost === null) calls.unpriced += 1
    else calls.usd += cost / NANO_PER_DOLLAR
  }

  failed(request: ChatRequest, { code }: { code: string }): void {
    this.#of(request).failed += 1
    bump(this.failures, code)
  }

  /** @returns a function that sets the counts to what they are now */
  mark(): () => void {
    const before = structuredClone(this.stages)
    return () => (this.stages = structuredClone(before))
  }

  /** Sums one count over all stages. */
  sum(count: Exclude<keyof StageCalls, 'model'>): number {
    return Object.values(this.stages).reduce((total, calls) => total + calls[count], 0)
  }

  #of({ source, model }: ChatRequest): StageCalls {
    const calls = (this.stages[source.stage] ??= noCalls(model))
    if (source.attempt > 1) calls.reasked += 1
    return calls
  }
}

/** Returns the counts of a stage before its first call. */
export const noCalls = (model: string): StageCalls => ({
  model,
  made: 0,
  found: 0,
  reasked: 0,
  truncated: 0,
  failed: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  usd: 0,
  unpriced: 0,
  usdFound: 0,
  unpricedFound: 0,
})

// The record that is written for one reply.
import type { ChatReply, RequestSource } from '../chat.ts'

/** A reply on its way into the ledger. */
export interface LedgerEntry {
  /** From `requestKey`. */
  key: Buffer
  reply: ChatReply
  model: string
  endpoint: string
  source: RequestSource
  sample: number
  run: string
  /** Billionths of a US dollar; null when unknown. */
  cost: number | null
  /** The most that it may have cost if `cost` is null, in billionths of a US dollar; otherwise 0. */
  unsettled: number
  latencyMs: number
  /** Whether it is the result of a batch job: it is stored only while a job waits for it, so that no result is counted twice. */
  isBatched?: true
}

// A summary of the contents of a ledger.
import type { RunRecord, RunSpending } from './run-record.ts'

export interface LedgerContents {
  path: string
  bytes: number
  replies: number
  /** Replies by model, method, stage and prompt version. */
  sources: SourceTotals[]
  runs: (RunRecord & RunSpending)[]
  /** Requests whose last attempt got no reply. */
  failures: Record<string, number>
}

export interface SourceTotals {
  model: string
  method: string
  stage: string
  prompt: string
  replies: number
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  reasoningTokens: number
  /** US dollars, as far as known. */
  usd: number
  /** Replies whose cost is not known. */
  unpriced: number
}

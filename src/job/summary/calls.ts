// What the calls of a run were and cost, in words, for the terminal and the page.
import { compact, counted, dollars, percent } from '../../base/format.ts'
import type { StageCalls } from '../call-totals.ts'
import type { Manifest } from '../manifest.ts'

/** The calls of a stage in words, each figure without its unit; '' where there is none. */
export interface CallCells {
  made: string
  found: string
  reasked: string
  failed: string
  /** This and what follows are `unknown` where the server did not say it, or not believably. */
  input: string
  output: string
  cost: string
}

export function callCells(calls: StageCalls): CallCells {
  const asked = calls.made + calls.found
  const cached = calls.cachedTokens > 0 ? ` (${percent(calls.cachedTokens / calls.inputTokens)} cached)` : ''
  // No prompt is without a token: the server did not say how many there were. What runs in this process has none to pay for.
  const isUnknown = calls.unpriced > 0 && calls.inputTokens === 0
  const reasoning = calls.reasoningTokens > 0 ? ` (${compact(calls.reasoningTokens)} reasoning)` : ''
  return {
    made: counted(calls.made),
    found: counted(calls.found),
    reasked: calls.reasked > 0 ? `${counted(calls.reasked)} (${percent(calls.reasked / Math.max(1, asked))})` : '',
    failed: calls.failed > 0 ? counted(calls.failed) : '',
    input: isUnknown ? 'unknown' : `${compact(calls.inputTokens)}${cached}`,
    output: isUnknown && calls.outputTokens === 0 ? 'unknown' : `${compact(calls.outputTokens)}${reasoning}`,
    cost: calls.unpriced > 0 ? 'unknown' : dollars(calls.usd),
  }
}

/** For example `$0.12 now, $1.40 in total for this run`. */
export function costText({ cost }: Manifest): string {
  const [now, run] = [dollars(cost.now), dollars(cost.run)]
  const unsettled =
    cost.unsettled > 0
      ? `; up to ${dollars(cost.unsettled)} more may have been billed for calls whose cost is unknown`
      : ''
  return `${now === run ? now : `${now} now, ${run} in total for this run`}${unsettled}`
}

/** Calls without a reply, by code; null if there are none. */
export function failedText({ failures }: Manifest): string | null {
  const failed = Object.entries(failures).map(([code, count]) => `${counted(count)} ${code}`)
  return failed.length === 0 ? null : failed.join(', ')
}

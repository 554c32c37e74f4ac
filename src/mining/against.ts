// Reasons to reject a candidate by its rank and score alone.
import { shareOfBar } from './positive-bar.ts'
import type { Candidate, MiningRules, Reason } from './rules.ts'

/** @param bar set by the row's positives; undefined if they set none */
export function againstScore(
  { rank, score }: Candidate,
  bar: number | undefined,
  { skip, minScore, maxScore, margin, share }: MiningRules,
): Reason | undefined {
  if (rank <= skip) return 'in a skipped rank'
  if (minScore !== undefined && score < minScore) return 'below --min-score'
  if (maxScore !== undefined && score > maxScore) return 'above --max-score'
  if (margin === undefined && share === undefined) return undefined
  if (bar === undefined) return 'without a positive to compare with'
  if (margin !== undefined && score > bar - margin) return 'within --margin of the positive'
  return share !== undefined && score >= shareOfBar(bar, share) ? 'reaching --share of the positive' : undefined
}

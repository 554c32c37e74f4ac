// What a method learns about a row: the words that policies decide on.
import type { EvidenceOf } from './kind.ts'
import { RANK, SCORE, UNREAD, VERDICT, type Unread } from './kinds/asked.ts'
import { ANALYSIS, CANDIDATE, VERIFICATION } from './kinds/causalneg.ts'
import { EXEMPT, KNOWN, UNJUDGED } from './kinds/unasked.ts'

export type { AnchorPlace, Rank, Score, Snippet, Unread, Verdict } from './kinds/asked.ts'
export type { Known, Unjudged } from './kinds/unasked.ts'
export {
  FULFILMENTS,
  STRATEGIES,
  type Analysis,
  type Candidate,
  type Fulfilment,
  type Strategy,
  type Verification,
} from './kinds/causalneg.ts'

/** Every kind there is. A new one stands last, so that its columns come after those that files already have. */
export const KINDS = [VERDICT, RANK, SCORE, UNREAD, KNOWN, UNJUDGED, EXEMPT, ANALYSIS, CANDIDATE, VERIFICATION] as const

/** What one reply, once read, or the data itself says about a passage or a row. */
export type Evidence = EvidenceOf<(typeof KINDS)[number]>

/** The stage that decides: the last that was asked. Undefined when no model was. */
export function decidingStage(evidence: Evidence[]): string | undefined {
  const last = evidence.findLast((item) => item.kind === 'verdict' || item.kind === 'unread')
  return last?.stage
}

/** The unreadable calls of the stage that decides. */
export function unreadOf(evidence: Evidence[]): Unread[] {
  const stage = decidingStage(evidence)
  return evidence.filter((item): item is Unread => item.kind === 'unread' && item.stage === stage)
}

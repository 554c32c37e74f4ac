// What a method learns about a row: the facts that policies decide on.
import type { EvidenceOf } from './kind.ts'
import { RANK, SCORE, UNREAD, VERDICT, type Unread } from './kinds/asked.ts'
import { ANALYSIS, CANDIDATE, VERIFICATION } from './kinds/causalneg.ts'
import { HUMAN } from './kinds/human.ts'
import { EXEMPT, KNOWN, UNJUDGED } from './kinds/unasked.ts'

export type { AnchorPlace, Rank, Score, Snippet, Unread, Verdict } from './kinds/asked.ts'
export type { Human } from './kinds/human.ts'
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

/** Every kind. New kinds go last, so that their columns come after those of existing files. */
export const KINDS = [
  VERDICT,
  RANK,
  SCORE,
  UNREAD,
  KNOWN,
  UNJUDGED,
  EXEMPT,
  ANALYSIS,
  CANDIDATE,
  VERIFICATION,
  HUMAN,
] as const

/** What a parsed reply, or the data itself, says about a passage or a row. */
export type Evidence = EvidenceOf<(typeof KINDS)[number]>

/**
 * Returns the stage that decides: the last that was asked, or that a gate kept the row from, as earlier stages decide nothing then.
 * Undefined if no model was asked.
 */
export function decidingStage(evidence: Evidence[]): string | undefined {
  const last = evidence.findLast((item) => item.kind === 'verdict' || item.kind === 'unread' || isHeldBack(item))
  return last && 'stage' in last ? last.stage : undefined
}

/** Whether a passage was not judged because the gate of a cascade held its row back. */
export const isHeldBack = (item: Evidence): boolean => item.kind === 'unjudged' && item.stage !== undefined

/** Returns the unreadable calls of the deciding stage. */
export function unreadOf(evidence: Evidence[]): Unread[] {
  const stage = decidingStage(evidence)
  return evidence.filter((item): item is Unread => item.kind === 'unread' && item.stage === stage)
}

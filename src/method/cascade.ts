// How a method lets a gate decide which rows its judge sees, so that a promised share of what the judge would flag is seen.
import type { Evidence } from '../evidence/evidence.ts'
import type { Row } from '../rows/row.ts'

/** What decides about a row: what the screen said, the scores of an encoder or reranker, or a model fitted to the judge's own verdicts. */
export const GATES = ['learned', 'screen', 'scorer'] as const

/**
 * Says why a row is not sent to the judge; undefined if it is sent. Pure.
 * @param row as the method asks about it
 * @param evidence all that is known before the judge is asked
 */
export type Gate = (row: Row, evidence: readonly Evidence[]) => string | undefined

/** What a cascade promises, and how. */
export interface CascadePlan {
  /** The promised share of the rows that the judge would flag. */
  recall: number
  gate: (typeof GATES)[number]
  /** Whether the gate needs the scores of a model. */
  hasScorer: boolean
  /** The stage that the gate stands before. */
  stage: string
  /** Rows judged first; undefined for as many as are needed. */
  rows: number | undefined
  /** Seed of the draw of these rows. */
  seed: number
  /** Whether the judge flagged a row; undefined if it was not asked, or not all of its replies could be read. */
  isFlagged(evidence: readonly Evidence[]): boolean | undefined
}

// Turns evidence into labels. Pure: no model, no file, no clock. Labels change nowhere else in Winnow.
import type { Evidence, Snippet, Unread } from '../evidence/evidence.ts'
import type { Label, Passage, Row } from '../rows/row.ts'

/** The treatment of a passage, or of the whole row. */
export type Action = 'relabel' | 'remove' | 'keep' | 'drop-row'
export const ACTIONS: readonly Action[] = ['relabel', 'remove', 'keep', 'drop-row']

export type Outcome = 'kept' | 'changed' | 'dropped' | 'undecided'

/** One passage that lost its label, and the source of the decision. */
export interface Change {
  passage: Passage
  from: Label
  /** `ignored`: removed from the negatives without becoming a positive. */
  to: Label
  /** The stage whose evidence supports it, or `duplicate`, `known`, `beyond`. */
  stage: string
  model?: string
  verdict?: string
  /** The words of the passage that support it. */
  snippet?: Snippet
  reason: string
}

/** A written passage that is not used, and why. */
export interface DiscardedPassage {
  passage: Passage
  /** Stable: the gate that it failed, or the finding of its verification. */
  code: string
  text: string
}

export interface Decision {
  outcome: Outcome
  /** The row to write; equal to the row given unless the outcome is `changed`. */
  row: Row
  changes: Change[]
  /** Number of negatives to mine for a row that lost all its own; `row` has none until then. */
  wanted?: number
  /** Negatives that were mined or written for the row; `row` contains them. */
  added?: Passage[]
  /** Passages that were written for the row but not added. */
  discarded?: DiscardedPassage[]
  /** Why a row is dropped, undecided, exempt, or has nothing added: `code` is stable, `text` is for a person. */
  reason?: { code: string; text: string }
  /** Number of negatives that the evidence shows to be relevant, whatever the policy does about them. */
  falseNegatives: number
  /** Unreadable calls because of which the row, or a passage of it, stays as it was. */
  unread: Unread[]
}

/** Returns whether a row could not be decided, even if it was dropped for that. */
export const isUndecided = ({ outcome, reason }: Decision): boolean =>
  outcome === 'undecided' || reason?.code === 'undecided'

/** Decides about one row. `evidence` is in the order in which it was gathered. */
export type Policy = (row: Row, evidence: Evidence[]) => Decision

/** A policy that a program supplies in place of the method's. */
export interface OwnPolicy {
  /** Appears in the manifest. */
  name: string
  decide: Policy
}

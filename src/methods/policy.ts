// Turns evidence into labels. Pure: no model, no file, no clock. Labels change nowhere else in Winnow.
import type { Evidence, Snippet, Unread } from '../evidence/evidence.ts'
import type { Label, Passage, Row } from '../rows/row.ts'

/** What becomes of a passage, or of the whole row. */
export type Action = 'relabel' | 'remove' | 'keep' | 'drop-row'
export const ACTIONS: readonly Action[] = ['relabel', 'remove', 'keep', 'drop-row']

export type Outcome = 'kept' | 'changed' | 'dropped' | 'undecided'

/** One passage that left its label, and who says so. */
export interface Change {
  passage: Passage
  from: Label
  /** `ignored`: taken out of the negatives without becoming a positive. */
  to: Label
  /** The stage whose evidence it rests on, or `duplicate`, `known`, `beyond`. */
  stage: string
  model?: string
  verdict?: string
  /** The words of the passage that it rests on. */
  snippet?: Snippet
  reason: string
}

/** A passage that was written and is not used, and why. */
export interface DiscardedPassage {
  passage: Passage
  /** Stable: the gate that it failed, or what its verification found. */
  code: string
  text: string
}

export interface Decision {
  outcome: Outcome
  /** The row to write; equal to the row given unless the outcome is `changed`. */
  row: Row
  changes: Change[]
  /** How many negatives are to be mined for a row whose own are all gone; `row` has none until they are. */
  wanted?: number
  /** Negatives that were mined or written for the row; `row` has them. */
  added?: Passage[]
  /** Passages that were written for the row and are not added. */
  discarded?: DiscardedPassage[]
  /** Why a row is dropped or undecided, was exempt, or has nothing added: `code` is stable, `text` is for a person. */
  reason?: { code: string; text: string }
  /** Negatives that the evidence shows to be relevant, whatever the policy does about them. */
  falseNegatives: number
  /** Calls that could not be read and without which something stays as it was: the row, or a passage of it. */
  unread: Unread[]
}

/** Whether a row could not be decided, whether it was kept or dropped for it. */
export const isUndecided = ({ outcome, reason }: Decision): boolean =>
  outcome === 'undecided' || reason?.code === 'undecided'

/** Decides about one row. `evidence` is in the order in which it was gathered. */
export type Policy = (row: Row, evidence: Evidence[]) => Decision

/** A policy that a program brings, in place of the method's. */
export interface OwnPolicy {
  /** Stands in the manifest. */
  name: string
  decide: Policy
}

// Turns evidence into labels. Pure: no model, no file, no clock. Labels change nowhere else in Winnow.
import type { Evidence } from '../methods/evidence.ts'
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
  reason: string
}

export interface Decision {
  outcome: Outcome
  /** The row to write; equal to the row given unless the outcome is `changed`. */
  row: Row
  changes: Change[]
  /** Why a row is dropped or undecided, or was exempt: `code` is stable, `text` is for a person. */
  reason?: { code: string; text: string }
  /** Negatives that the evidence shows to be relevant, whatever the policy does about them. */
  falseNegatives: number
}

/** Decides about one row. `evidence` is in the order in which it was gathered. */
export type Policy = (row: Row, evidence: Evidence[]) => Decision

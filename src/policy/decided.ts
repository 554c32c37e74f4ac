// A row on its way through the stages of phase 2, and what each stage adds to it.
import type { Evidence } from '../evidence/evidence.ts'
import type { RowLine } from '../rows/read.ts'
import type { Decision } from './policy.ts'

/** A row and the results about it so far. */
export interface DecidedRow {
  entry: RowLine
  evidence: Evidence[]
  decision: Decision
  /** Why its positives may be wrong. */
  suspect?: Suspect | undefined
  /** Scores to write; undefined if none were asked for. */
  scores?: RowScores
  /** Remarks of stages after the policy about passages. */
  remarks: readonly Remark[]
}

/** The scores of all passages to write, by passage id, or why the row has none. */
export type RowScores = { scores: ReadonlyMap<string, number> } | { missing: string }

/** A remark of a stage after the policy about one passage, such as where it was mined or how hard it is. */
export interface Remark {
  /** Passage id. */
  passage: string
  stage: string
  /** The model or retriever behind the remark; undefined if none was asked. */
  by: NamedSource | undefined
  /** A sentence. */
  reason?: string
  /** The remark as a number; null if it cannot be determined. */
  value?: number | null
}

/** A model or retriever as the user named it, without credentials, and what distinguishes it from others. */
export interface NamedSource {
  name: string
  identity: string
  /** How long training took, if it was trained for this run; null if it was trained before. */
  trainedSeconds?: number | null
}

/** Stages that make remarks about passages. */
export const REFILL = 'refill'
export const HARDNESS = 'hardness'

/** Returns a row about which nothing is known; it stays as it is. */
export const untouched = (entry: RowLine): DecidedRow => ({
  entry,
  evidence: [],
  decision: { row: entry.row, changes: [], falseNegatives: 0, unread: [], outcome: 'kept' },
  remarks: [],
})

/** Returns the numbers that a stage gives to the passages of a row, by passage id. */
export const valuesBy = ({ remarks }: DecidedRow, stage: string): ReadonlyMap<string, number | null> =>
  new Map(remarks.flatMap(({ passage, stage: other, value = null }) => (other === stage ? [[passage, value]] : [])))

/** A row whose given positives may be wrong. */
export interface Suspect {
  reason: string
  preferred: { passage: string; stage: string; reason?: string }[]
}

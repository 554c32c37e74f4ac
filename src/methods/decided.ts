// A row on its way through the stages of phase 2, and what each of them adds to it.
import type { Evidence } from '../evidence/evidence.ts'
import type { RowLine } from '../rows/read.ts'
import type { Decision } from './policy.ts'

/** A row, and all that has come of it so far. */
export interface DecidedRow {
  entry: RowLine
  evidence: Evidence[]
  decision: Decision
  /** Why its positives may be wrong. */
  suspect?: Suspect | undefined
  /** What stages after the policy say of passages. */
  remarks: readonly Remark[]
}

/** What a stage after the policy says of one passage: where it was mined, how hard it is. */
export interface Remark {
  /** Passage id. */
  passage: string
  stage: string
  /** Whose word it is; undefined where nobody was asked. */
  by: NamedSource | undefined
  /** In a sentence. */
  reason?: string
  /** As a number; null where it cannot be told. */
  value?: number | null
}

/** A model or a retriever, as the user named it without credentials, and what tells it from others. */
export interface NamedSource {
  name: string
  identity: string
  /** How long training took, where it was trained for this; null where that was done before. */
  trainedSeconds?: number | null
}

/** Stages that speak of passages. */
export const REFILL = 'refill'
export const HARDNESS = 'hardness'

/** A row of which nothing is known: it stays as it is. */
export const untouched = (entry: RowLine): DecidedRow => ({
  entry,
  evidence: [],
  decision: { row: entry.row, changes: [], falseNegatives: 0, unread: [], outcome: 'kept' },
  remarks: [],
})

/** What a stage says of the passages of a row as numbers, by passage id. */
export const valuesBy = ({ remarks }: DecidedRow, stage: string): ReadonlyMap<string, number | null> =>
  new Map(remarks.flatMap(({ passage, stage: other, value = null }) => (other === stage ? [[passage, value]] : [])))

/** A row whose given positives may be wrong. */
export interface Suspect {
  reason: string
  preferred: { passage: string; stage: string; reason?: string }[]
}

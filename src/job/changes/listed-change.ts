// A line of the list of changes beside the rows, whichever method or stage wrote it.
import type { Snippet } from '../../evidence/evidence.ts'

/** The fields that all lines have. */
export interface ListedChange {
  /** In the input, from 1. */
  line: number
  /** Row id. */
  row: string
  /** Passage id. */
  passage: string
  /** null for a passage that was written or mined for the row. */
  from: string | null
  to: string
  /** The stage whose evidence supports it, or `duplicate`, `known`, `beyond`, `refill`. */
  stage: string
  model: string | null
  verdict: string | null
  reason: string
  query: string
  /** The content of the passage. */
  text: string
  /** The words that a model quoted. */
  snippet?: Snippet
}

/** Stages that change labels without a model. */
const WITHOUT_MODEL = new Set(['duplicate', 'known', 'beyond', 'refill'])

/** Whether a model's word is behind a change of this stage. */
export const isByModel = (stage: string) => !WITHOUT_MODEL.has(stage)

/** Where a passage went, in a word. */
export type ChangeKind = 'relabelled' | 'removed' | 'added'

export function kindOf({ from, to }: Pick<ListedChange, 'from' | 'to'>): ChangeKind {
  if (from === null) return 'added'
  return to === 'positive' ? 'relabelled' : 'removed'
}

/** Returns how little a change tells a reader: 0 for a new positive, 3 for one that no model was asked about. */
export function rankOf(change: ListedChange): number {
  if (!isByModel(change.stage)) return 3
  return { relabelled: 0, added: 1, removed: 2 }[kindOf(change)]
}

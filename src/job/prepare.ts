// Prepares a row before any model is asked: what is already known about it, and the row as the models see it.
import type { Evidence } from '../evidence/evidence.ts'
import { duplicatesIn, type KnownLookup } from '../rows/known.ts'
import type { Row } from '../rows/row.ts'

export interface PreparedRow {
  /** The row without copies of its own positives: what methods number and show. */
  asked: Row
  evidence: Evidence[]
}

/** Removes copies of positives before passages are numbered; positives known from elsewhere stay and are judged like the rest. */
export function prepare(row: Row, known: KnownLookup, keepDuplicates: boolean): PreparedRow {
  const duplicates = duplicatesIn(row)
  const copies = new Set(duplicates.map(({ passage }) => passage.id))
  const found = known.knownIn(row).filter(({ passage }) => !copies.has(passage.id))
  const evidence = [...(keepDuplicates ? [] : duplicates), ...found].map(({ passage, kind, reason }): Evidence => ({
    kind: 'known',
    passage: passage.id,
    stage: kind,
    reason,
  }))
  if (keepDuplicates || duplicates.length === 0) return { asked: row, evidence }
  return { asked: { ...row, passages: row.passages.filter(({ id }) => !copies.has(id)) }, evidence }
}

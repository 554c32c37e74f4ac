// Finds which positives of a row give an answer, and which were read and give none.
import type { Evidence } from '../../evidence/evidence.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'

export interface Answers {
  /** Whether any passage of the row was read. */
  isRead: boolean
  /** Positives that were read. */
  positives: Passage[]
  /** The positives that were read and give no answer. */
  silent: Passage[]
}

export function answersIn(row: Row, evidence: Evidence[]): Answers {
  const extracted = evidence.filter((item) => item.kind === 'verdict').filter(({ stage }) => stage === 'extract')
  const answering = new Set(extracted.filter(({ verdict }) => verdict === 'answers').map(({ passage }) => passage))
  const read = new Set(extracted.map(({ passage }) => passage))
  const positives = labelled(row, 'positive').filter(({ id }) => read.has(id))
  return { isRead: extracted.length > 0, positives, silent: positives.filter(({ id }) => !answering.has(id)) }
}

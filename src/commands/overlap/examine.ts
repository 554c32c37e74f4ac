// Compares one training row with the test side.
import { formsOf, type Passage, type Row } from '../../rows/row.ts'
import type { Occurrence } from './likeness.ts'
import type { TestSide } from './test-side.ts'

export interface PassageOverlap {
  passage: Passage
  /** The judged passages that it matches. */
  occurrences: Occurrence[]
}

export interface RowOverlap {
  /** The test queries that the row's query matches. */
  queries: Occurrence[]
  /** Passages of the row that are judged passages. */
  positives: PassageOverlap[]
  negatives: PassageOverlap[]
}

export function examine(row: Row, side: TestSide): RowOverlap {
  const found = row.passages.flatMap((passage): PassageOverlap[] => {
    const occurrences = side.passages.find(formsOf(passage))
    return occurrences.length === 0 ? [] : [{ passage, occurrences }]
  })
  return {
    queries: side.queries.find([row.query]),
    positives: found.filter(({ passage }) => passage.label === 'positive'),
    negatives: found.filter(({ passage }) => passage.label === 'negative'),
  }
}

/** Returns whether a row teaches an answer of the test: its query is a test query, and one of its positives is relevant to that query. */
export function hasTestPair({ queries, positives }: RowOverlap, side: TestSide): boolean {
  return queries.some((query) =>
    positives.some(({ occurrences }) =>
      occurrences.some((passage) =>
        side.isRelevant(side.queryIds[query.index] as string, side.passageIds[passage.index] as string),
      ),
    ),
  )
}

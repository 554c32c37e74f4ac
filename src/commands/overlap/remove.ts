// Removes everything of the test from a row. Pure.
import { hasLabel, type Passage, type Row } from '../../rows/row.ts'
import type { PassageOverlap, RowOverlap } from './examine.ts'
import { strongestOf, type Kind, type Occurrence } from './likeness.ts'
import type { TestSide } from './test-side.ts'

/** `queries`: rows with a test query. `passages`: judged passages, in any row. */
export const REMOVABLE = ['queries', 'passages', 'both'] as const
export type RemovableText = (typeof REMOVABLE)[number]

/** Why a row is dropped. */
export const DROP_CODES = ['test query', 'no positives left', 'no negatives left'] as const
export type DropCode = (typeof DROP_CODES)[number]

/** A passage that is removed from its row. */
interface Removal {
  passage: Passage
  /** Id of the judged passage that it matches. */
  id: string
  kind: Kind
  similarity: number
  reason: string
}

export type RemovalOutcome =
  | { outcome: 'kept' }
  | { outcome: 'changed'; row: Row; removals: Removal[] }
  | { outcome: 'dropped'; code: DropCode; reason: string }

/**
 * Drops a row with a test query. Removes a judged passage from its row, positive or negative; drops a row with no positive or no negative
 * left, because no trainer can read it.
 */
export function withoutOverlap(row: Row, overlap: RowOverlap, what: RemovableText, side: TestSide): RemovalOutcome {
  const query = what === 'passages' ? undefined : strongestOf(overlap.queries)
  if (query) return { outcome: 'dropped', code: 'test query', reason: isThe('test query', query, side.queryIds) }
  if (what === 'queries') return { outcome: 'kept' }
  const removals = [...overlap.positives, ...overlap.negatives].map((each) => removalOf(each, side))
  const [first] = removals
  if (first === undefined) return { outcome: 'kept' }

  const removed = new Set(removals.map(({ passage }) => passage))
  const passages = row.passages.map((each): Passage => (removed.has(each) ? { ...each, label: 'ignored' } : each))
  const after = { ...row, passages }
  for (const label of ['positive', 'negative'] as const) {
    if (hasLabel(after, label)) continue
    const reasons = removals.filter(({ passage }) => passage.label === label).map(({ reason }) => reason)
    return { outcome: 'dropped', code: `no ${label}s left`, reason: `no ${label}s are left: ${reasons.join('; ')}` }
  }
  return { outcome: 'changed', row: after, removals }
}

function removalOf({ passage, occurrences }: PassageOverlap, side: TestSide): Removal {
  const occurrence = strongestOf(occurrences) as Occurrence
  return {
    passage,
    id: side.passageIds[occurrence.index] as string,
    kind: occurrence.kind,
    similarity: occurrence.similarity,
    reason: isThe('judged passage', occurrence, side.passageIds),
  }
}

const SAYS: Record<Kind, string> = {
  exact: 'is',
  folded: 'is, but for letter case, spacing or quote marks,',
  near: 'is nearly',
}

function isThe(noun: string, { kind, similarity, index }: Occurrence, ids: readonly string[]): string {
  const how = kind === 'near' ? ` (similarity ${similarity.toFixed(2)})` : ''
  return `${SAYS[kind]} the ${noun} ${ids[index]}${how}`
}

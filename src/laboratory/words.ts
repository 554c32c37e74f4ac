// Formats changes, differences and probabilities, for the terminal and the page.
import { KINDS, type ChangeKind } from './change-kinds.ts'
import type { ChangeCounts } from './row-changes.ts'

/** Printed beside a change in the rows. */
const KIND_WORDS: Record<ChangeKind, string> = {
  toPositive: 'negative relabelled positive',
  toNegative: 'positive relabelled negative',
  positivesRemoved: 'positive removed',
  negativesRemoved: 'negative removed',
  positivesAdded: 'positive added',
  negativesAdded: 'negative added',
}

/** Formats a difference in points: hundredths of the measure. */
export const points = (value: number) => `${value >= 0 ? '+' : '−'}${Math.abs(value * 100).toFixed(2)}`

export const chance = (p: number) => (p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, ''))

/** For example `bm25, its first 100`: the ranking that rerankers reorder. */
export const firstStageText = ({ retriever, depth }: { retriever: string; depth: number }) =>
  `${retriever}, its first ${depth.toLocaleString('en-US')}`

/** Returns what happened to a passage, or `dropped` for a row. */
export const kindText = (kind: string) => KIND_WORDS[kind as ChangeKind] ?? kind

const rows = (count: number) => `${count.toLocaleString('en-US')} row${count === 1 ? '' : 's'}`

/** For example `3 negatives made positive in 2 rows`. */
export function changeText(changes: ChangeCounts): string {
  const kinds = KINDS.filter((kind) => changes[kind] > 0).map(
    (kind) =>
      `${changes[kind].toLocaleString('en-US')} ${KIND_WORDS[kind].replace(/^(positive|negative)/, changes[kind] === 1 ? '$1' : '$1s')}`,
  )
  const parts = [
    ...(kinds.length > 0 ? [`${kinds.join(', ')} in ${rows(changes.rows)}`] : []),
    ...(changes.dropped > 0 ? [`${rows(changes.dropped)} dropped`] : []),
    ...(changes.added > 0 ? [`${rows(changes.added)} new`] : []),
  ]
  return parts.length > 0 ? parts.join('; ') : 'same labels; other passages count as generated'
}

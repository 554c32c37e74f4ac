// The rows that one row becomes where its target takes one positive at a time.
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { ConvertValues } from './options.ts'

/** A row to write, and its columns besides those of its format. */
export interface Variant {
  row: Row
  /** The id of the row that it was made from, which its siblings share. */
  columns: { siblings?: string }
}

export interface Shape {
  positives: ConvertValues['positives']
  /** The largest number of negatives. */
  most: number
  /** Rows with fewer negatives are left out. */
  least: number
  /** Whether rows say where passages came from, and have scores. */
  isTold: boolean
  isScored: boolean
}

/** Returns the rows to write; none if the row has too few negatives for the target. */
export function variantsOf(row: Row, { positives: mode, most, least }: Omit<Shape, 'isTold' | 'isScored'>): Variant[] {
  const negatives = labelled(row, 'negative').slice(0, most)
  if (negatives.length < least) return []
  const positives = labelled(row, 'positive')
  if (mode === 'unroll') {
    return positives.map((positive, at) => ({
      // The first one keeps the id of the row.
      row: { ...row, id: at === 0 ? row.id : `${row.id}#${at + 1}`, passages: [positive, ...negatives] },
      columns: { siblings: row.id },
    }))
  }
  const kept = mode === 'best' ? [bestOf(positives)] : positives
  return [{ row: { ...row, passages: [...kept, ...negatives] }, columns: {} }]
}

/** Returns the positive with the highest score; the first one if none has a score. */
function bestOf(positives: readonly Passage[]): Passage {
  const [first] = positives as [Passage]
  return positives.reduce((best, each) => ((each.score ?? -Infinity) > (best.score ?? -Infinity) ? each : best), first)
}

// The effects of a cleaning on the rows: which of the planted passages it found, and what else it changed.
import type { DamagedRow } from '../laboratories/damage.ts'
import type { TrainingRow } from './rows.ts'

export interface LabelChanges {
  planted: number
  /** No longer negatives: made positives or removed. */
  plantedFound: number
  plantedMadePositive: number
  others: number
  othersTouched: number
  othersMadePositive: number
}

/** @param cleaned a missing row has lost all its negatives */
export function touchedIn(dirty: readonly DamagedRow[], cleaned: readonly TrainingRow[]): LabelChanges {
  const after = new Map(cleaned.map((row) => [row.query_id, row]))
  const sum: LabelChanges = {
    planted: 0,
    plantedFound: 0,
    plantedMadePositive: 0,
    others: 0,
    othersTouched: 0,
    othersMadePositive: 0,
  }
  for (const { row, falseNegatives } of dirty) {
    const { positive_passages: positives = [], negative_passages: negatives = [] } = after.get(row.query_id) ?? {}
    const [isPositive, isNegative] = [positives, negatives].map((list) => new Set(list.map(({ docid }) => docid)))
    for (const { docid } of row.negative_passages) {
      const names = falseNegatives.has(docid)
        ? (['planted', 'plantedFound', 'plantedMadePositive'] as const)
        : (['others', 'othersTouched', 'othersMadePositive'] as const)
      sum[names[0]] += 1
      if (!isNegative?.has(docid)) sum[names[1]] += 1
      if (isPositive?.has(docid)) sum[names[2]] += 1
    }
  }
  return sum
}

/** Adds up the counts of several cleanings or of several files. */
export function added(counts: readonly LabelChanges[]): LabelChanges {
  const [first, ...others] = counts as [LabelChanges, ...LabelChanges[]]
  const keys = Object.keys(first) as (keyof LabelChanges)[]
  return others.reduce(
    (sum, each) => Object.fromEntries(keys.map((key) => [key, sum[key] + each[key]])) as unknown as LabelChanges,
    first,
  )
}

export const precisionOf = ({ plantedFound, othersTouched }: LabelChanges) =>
  plantedFound / (plantedFound + othersTouched)
export const recallOf = ({ plantedFound, planted }: LabelChanges) => plantedFound / planted

// The effects of a cleaning on the rows: which of the planted passages it found, and what else it changed.
import type { NumberedRow } from './arms.ts'

export interface LabelChanges {
  planted: number
  /** No longer negatives: made positives or removed. */
  plantedFound: number
  plantedMadePositive: number
  others: number
  othersTouched: number
  othersMadePositive: number
}

/** @param plants by row, the passages that would be false negatives in it; a missing row has lost all its negatives */
export function touchedIn(
  dirty: readonly NumberedRow[],
  cleaned: readonly NumberedRow[],
  plants: Readonly<Record<string, readonly number[]>>,
): LabelChanges {
  const after = new Map(cleaned.map((row) => [row.id, row]))
  const sum = {
    planted: 0,
    plantedFound: 0,
    plantedMadePositive: 0,
    others: 0,
    othersTouched: 0,
    othersMadePositive: 0,
  }
  for (const { id, negatives } of dirty) {
    const row = after.get(id)
    for (const negative of negatives) {
      const isTouched = !row?.negatives.includes(negative)
      const isPositive = row?.positives.includes(negative) ?? false
      if (plants[id]?.includes(negative)) {
        sum.planted += 1
        if (isTouched) sum.plantedFound += 1
        if (isPositive) sum.plantedMadePositive += 1
      } else {
        sum.others += 1
        if (isTouched) sum.othersTouched += 1
        if (isPositive) sum.othersMadePositive += 1
      }
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

// Reads from an output's list of changes what was mined for one row.
import { REFILL } from '../policy/decided.ts'
import type { RowRecords } from './recorded.ts'

/** A negative that was mined for a row. */
export interface RefilledPassage {
  id: string
  text: string
  reason: string
}

/** Returns the mined passages in the list of changes; null if there is no such list. */
export function refilledIn({ hasChanges, records }: RowRecords): RefilledPassage[] | null {
  if (!hasChanges) return null
  const mined = records.filter(({ stage }) => stage === REFILL) as { passage: string; text: string; reason: string }[]
  return mined.map(({ passage: id, text, reason }) => ({ id, text, reason }))
}

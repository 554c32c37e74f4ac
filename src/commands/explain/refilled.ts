// What was mined for one row of an output, as the list of changes beside it says.
import { REFILL } from '../../policy/decided.ts'
import type { RowRecords } from './recorded.ts'

/** A negative that was mined for a row. */
export interface RefilledPassage {
  id: string
  text: string
  reason: string
}

/** What the list of changes says was mined; null when there is no such list. */
export function refilledIn({ hasChanges, records }: RowRecords): RefilledPassage[] | null {
  if (!hasChanges) return null
  const mined = records.filter(({ stage }) => stage === REFILL) as { passage: string; text: string; reason: string }[]
  return mined.map(({ passage: id, text, reason }) => ({ id, text, reason }))
}

// Positives of the same query elsewhere, as the index holds them: the rows need not be read to know them.
import type { KnownLookup } from '../../rows/known.ts'
import { passageOf, type Row } from '../../rows/row.ts'
import { trialIn } from '../what-if/trial-row.ts'
import type { IndexStore } from './store.ts'

export const NOTHING_KNOWN: KnownLookup = { knownIn: () => [] }

/** Returns what the index holds of the negatives of one row. @param number of the row */
export function knownAbout(store: IndexStore, number: number): KnownLookup {
  return { knownIn: (row) => knownIn(row, store.trialOf(number)) }
}

/** Returns what the index holds of all rows, for a pass over them in their order: each is asked about once. */
export function knownInOrder(store: IndexStore): KnownLookup {
  let number = 0
  return { knownIn: (row) => knownIn(row, store.trialOf(number++)) }
}

function knownIn(row: Row, trial: string | null): ReturnType<KnownLookup['knownIn']> {
  if (trial === null) return []
  return trialIn(trial).evidence.flatMap((item) => {
    if (item.kind !== 'known' || item.stage !== 'known') return []
    const passage = passageOf(row, item.passage)
    return passage ? [{ passage, kind: item.stage, reason: item.reason }] : []
  })
}

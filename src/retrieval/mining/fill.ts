// Random documents for rows that mining left too few negatives: easy ones, but surely none of those that a search finds.
import { unitHash } from '../../hash.ts'
import type { MiningRow } from './choose.ts'
import type { Candidate } from './rules.ts'

export interface FillOptions {
  /** How many more are wanted. */
  wanted: number
  seed: number
  /** Documents of the corpus, and the id of each by its ordinal. */
  size: number
  idOf(ordinal: number): string
}

/** Draws for each that is wanted: in a corpus that is larger than a row's hits and positives, far more than are needed. */
const DRAWS = 50

/** Ids of documents that were not found for the row and that nothing speaks against, drawn by seed and row alone. */
export function fillers(
  row: MiningRow,
  mined: readonly Candidate[],
  { wanted, seed, size, idOf }: FillOptions,
): string[] {
  const found = new Set(row.candidates.map(({ id }) => id))
  const taken = new Set([...(row.taken ?? []), ...mined.map(({ id }) => row.look(row.read(id)).folded)])
  const filled: string[] = []
  for (let draw = 0; filled.length < wanted && draw < wanted * DRAWS; draw++) {
    const id = idOf(Math.floor(unitHash(JSON.stringify([seed, row.id, 'fill', draw])) * size))
    if (found.has(id) || row.againstId(id) !== undefined) continue
    found.add(id)
    const { against, folded } = row.look(row.read(id))
    if (against !== undefined || taken.has(folded)) continue
    taken.add(folded)
    filled.push(id)
  }
  return filled
}

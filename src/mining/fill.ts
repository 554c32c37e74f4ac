// Random documents for rows that mining left too few negatives: easy ones, but surely none of those that a search finds.
import { unitHash } from '../base/hash.ts'
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

/** In a corpus up to this size draws may miss what is left: it is gone through once after them. */
const SMALL = 10_000

/** Ids of documents that were not found for the row and that nothing speaks against, drawn by seed and row alone. */
export function fillers(
  row: MiningRow,
  mined: readonly Candidate[],
  { wanted, seed, size, idOf }: FillOptions,
): string[] {
  if (wanted <= 0) return []
  const found = new Set(row.candidates.map(({ id }) => id))
  const taken = new Set([...(row.taken ?? []), ...mined.map(({ id }) => row.look(row.read(id)).folded)])
  const filled: string[] = []
  for (const ordinal of ordinals(row, { wanted, seed, size })) {
    const id = idOf(ordinal)
    if (found.has(id) || row.againstId(id) !== undefined) continue
    found.add(id)
    const { against, folded } = row.look(row.read(id))
    if (against !== undefined || taken.has(folded)) continue
    taken.add(folded)
    filled.push(id)
    if (filled.length === wanted) break
  }
  return filled
}

function* ordinals({ id }: MiningRow, { wanted, seed, size }: Omit<FillOptions, 'idOf'>): Generator<number> {
  const drawn = (draw: number) => Math.floor(unitHash(JSON.stringify([seed, id, 'fill', draw])) * size)
  for (let draw = 0; draw < wanted * DRAWS; draw++) yield drawn(draw)
  if (size <= SMALL) for (let step = 1; step <= size; step++) yield (drawn(0) + step) % size
}

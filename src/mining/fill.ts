// Random documents for rows that mining left with too few negatives. They are easy, but never among those that a search found.
import { unitHash } from '../base/hash.ts'
import type { MiningRow } from './choose.ts'
import type { Candidate } from './rules.ts'

export interface FillOptions {
  /** How many more are needed. */
  wanted: number
  seed: number
  /** Number of documents in the corpus; `idOf` gives the id of each by its ordinal. */
  size: number
  idOf(ordinal: number): string
}

/** Draws per wanted document. Far more than needed if the corpus is larger than a row's hits and positives. */
const DRAWS = 50

/** In a corpus up to this size, draws may miss the few documents left, so it is then scanned once. */
const SMALL = 10_000

/** Returns ids of documents that were not found for the row and that no rule rejects, drawn by seed and row alone. */
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

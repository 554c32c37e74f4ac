// Finds passages that are surely irrelevant to a row: those of other rows of the file that share least with its query and its positives.
import { unitHash } from '../base/hash.ts'
import { copyFinder, likenessMaker } from '../likeness/copies.ts'
import { Shingles } from '../likeness/shingles.ts'
import { contentOf, labelled, titleAndText, type Passage, type Row } from '../rows/row.ts'

/** Of the passages that share least with a row, how many one is drawn from. */
const DRAWN_FROM = 8
/** How much of the query's rare pieces, by weight, may stand in a far passage or its own query. */
const MOST_SHARED = 0.5
/** Characters below which a passage says too little to be a canary. */
const SHORTEST = 20

interface PoolEntry {
  row: Row
  passage: Passage
  /** The shingles of the passage, and of it together with the query of its row. */
  own: Set<number>
  all: Set<number>
  isTaken: boolean
}

/** Passages of many rows, one each, of which every row is given its own far ones. */
export class FarPassages {
  readonly #pool: PoolEntry[]
  /** How much each piece of the pool tells: the rarer, the more. */
  readonly #weights: ReadonlyMap<number, number>
  readonly #shingles = new Shingles()

  constructor(rows: readonly Row[]) {
    this.#pool = rows.flatMap((row) => {
      const passage = drawnFrom(row)
      if (passage === undefined) return []
      const own = this.#read(titleAndText(passage))
      return [{ row, passage, own, all: new Set([...own, ...this.#read(row.query)]), isTaken: false }]
    })
    const holders = new Map<number, number>()
    for (const { all } of this.#pool) for (const each of all) holders.set(each, (holders.get(each) ?? 0) + 1)
    this.#weights = new Map([...holders].map(([piece, held]) => [piece, Math.log((this.#pool.length + 1) / held)]))
  }

  /**
   * Returns so many passages that are far from a row and takes them from the pool; fewer where there are not so many.
   * @param isKnown whether a passage is known to be relevant to the row
   */
  take(row: Row, count: number, isKnown: (passage: Passage) => boolean): Passage[] {
    const query = this.#read(row.query)
    const subject = new Set([...query, ...this.#read(labelled(row, 'positive').map(titleAndText).join('\n'))])
    const isCopy = copyFinder(row.passages.map(contentOf), likenessMaker())
    const farthest = this.#pool
      .filter((entry) => !entry.isTaken && entry.row !== row)
      .flatMap((entry) => {
        const shared = this.#share(query, entry.all)
        return shared > MOST_SHARED ? [] : [{ entry, closeness: shared + this.#share(entry.own, subject) }]
      })
      .toSorted((a, b) => a.closeness - b.closeness)
      .values()
      .map(({ entry }) => entry)
      .filter(({ passage }) => !isKnown(passage) && isCopy(contentOf(passage)) === undefined)
      .take(Math.max(count, DRAWN_FROM))
      .toArray()
    const draw = ({ passage }: PoolEntry) => unitHash(`far ${row.id} ${passage.id}`)
    const taken = farthest.toSorted((a, b) => draw(a) - draw(b)).slice(0, count)
    for (const entry of taken) entry.isTaken = true
    return taken.map(({ passage }) => passage)
  }

  /** Returns the share of these pieces that the others hold, the rare ones weighing more. */
  #share(pieces: ReadonlySet<number>, others: ReadonlySet<number>): number {
    const most = Math.log(this.#pool.length + 1)
    let [held, total] = [0, 0]
    for (const piece of pieces) {
      const weight = this.#weights.get(piece) ?? most
      total += weight
      if (others.has(piece)) held += weight
    }
    return total === 0 ? 0 : held / total
  }

  #read(text: string): Set<number> {
    this.#shingles.read(text)
    return new Set(this.#shingles.all())
  }
}

/** One passage of a row, drawn by its id among those that say something. */
function drawnFrom(row: Row): Passage | undefined {
  const draw = ({ id }: Passage) => unitHash(`pool ${row.id} ${id}`)
  const speaking = row.passages.filter(({ text, label }) => label !== 'ignored' && text.trim().length >= SHORTEST)
  return speaking.toSorted((a, b) => draw(a) - draw(b))[0]
}

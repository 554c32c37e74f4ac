// Lets go, before anything is sketched, of texts that share too little at a stretch with a set of texts to be nearly one of them.
import { mix, type Shingles } from './shingles.ts'

/** Bits for each character of the texts, at least, two of them set: one tile in twenty that is in none of the texts, or fewer, is taken for one that is. */
const BITS = 8
/** Shorter tiles stand in every text, longer ones tell no more. In characters of an alphabet; of scripts without spaces half as many. */
const [SHORTEST, LONGEST] = [12, 24]
/** The share of tiles that must be found: half of those that edits leave whole. The rest is for texts that were put into another order. */
const ASKED = 0.25

/**
 * How much the characters of a tile weigh together, such that edits that keep the similarity leave half of the tiles whole.
 * The cheapest edit puts in or takes out one character: it costs one text four of its shingles and the other five, and spoils one tile at most. So at a similarity of t
 * there are at most (1 - t) / (4 + 5t) of them a character.
 */
export function tileWeight(threshold: number): number {
  return Math.min(LONGEST, Math.floor((4 + 5 * threshold) / (2 * (1 - threshold))))
}

/** One to two bytes for each character of the texts. */
export class TileFilter {
  readonly #bits: Uint32Array
  readonly #mask: number
  readonly #weight: number
  readonly #isUseful: boolean

  /** @param characters how many the texts have together, or more */
  constructor(characters: number, threshold: number) {
    this.#weight = tileWeight(threshold)
    this.#isUseful = this.#weight >= SHORTEST
    const size = this.#isUseful ? 2 ** Math.ceil(Math.log2(Math.max(32, characters * BITS))) : 32
    this.#bits = new Uint32Array(size / 32)
    this.#mask = size - 1
  }

  /** Adds the text that was read last: the tiles that begin at each of its characters. */
  add(text: Shingles): void {
    if (!this.#isUseful) return
    for (let start = 0; start < text.length; start += 1) {
      const end = text.endOf(start, this.#weight)
      if (end === -1) break
      const hash = text.stretch(start, end)
      this.#set(hash)
      this.#set(mix(hash))
    }
  }

  /** Whether the text that was read last may be nearly one of those added. Short texts always may. */
  mayHold(text: Shingles): boolean {
    if (!this.#isUseful) return true
    let [tiles, found] = [0, 0]
    for (let start = 0; ; tiles += 1) {
      const end = text.endOf(start, this.#weight)
      if (end === -1) break
      const hash = text.stretch(start, end)
      if (this.#has(hash) && this.#has(mix(hash))) found += 1
      start = end
    }
    return found >= Math.floor(tiles * ASKED)
  }

  #set(hash: number): void {
    const bit = hash & this.#mask
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] as number) | (1 << (bit & 31))
  }

  #has(hash: number): boolean {
    const bit = hash & this.#mask
    return ((this.#bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0
  }
}

// Rules out, before any sketching, texts that share too few long stretches with a set of texts to be nearly the same as one of them.
import { mix, type Shingles } from './shingles.ts'

/**
 * The least number of bits per character of the texts, two of them set per tile: of the tiles that are in none of the texts, at most one in
 * twenty is taken for one that is.
 */
const BITS = 8
/**
 * Shorter tiles occur in every text, and longer ones tell no more. In characters of an alphabet; half as many in scripts without spaces.
 */
const [SHORTEST, LONGEST] = [12, 24]
/** The share of tiles that must be found: half of those that edits leave whole. The margin allows for texts whose parts are reordered. */
const ASKED = 0.25

/**
 * Returns the total weight of a tile's characters at which edits that keep the similarity leave half of the tiles whole. The cheapest edit
 * inserts or deletes one character: it costs one text four of its shingles and the other five, and breaks at most one tile. At a similarity
 * of t there are therefore at most (1 - t) / (4 + 5t) such edits per character.
 */
export function tileWeight(threshold: number): number {
  return Math.min(LONGEST, Math.floor((4 + 5 * threshold) / (2 * (1 - threshold))))
}

/** Takes one to two bytes per character of the texts. */
export class TileFilter {
  readonly #bits: Uint32Array
  readonly #mask: number
  readonly #weight: number
  readonly #isUseful: boolean

  /** @param characters the total number of characters in the texts, or more */
  constructor(characters: number, threshold: number) {
    this.#weight = tileWeight(threshold)
    this.#isUseful = this.#weight >= SHORTEST
    const size = this.#isUseful ? 2 ** Math.ceil(Math.log2(Math.max(32, characters * BITS))) : 32
    this.#bits = new Uint32Array(size / 32)
    this.#mask = size - 1
  }

  /** Adds the tiles that begin at each character of the text that was read last. */
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

  /** Returns whether the text that was read last may be nearly the same as one of those added; always true for short texts. */
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

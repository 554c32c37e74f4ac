// Finds near-duplicates: among a few texts by comparing with each, among many by MinHash (Broder 1997) and banding.
import { fold } from './fold.ts'
import { ShingleTable } from './shingle-table.ts'
import { jaccard, Shingles } from './shingles.ts'
import { estimate, SKETCH_SIZE, sketchInto } from './sketch.ts'
import { TileFilter } from './tile-filter.ts'

/** The least Jaccard similarity of shingles for near-duplicates: about one word in fifteen may differ. */
export const NEAR_DUPLICATE = 0.8

/** Tolerance for rounding when a share of a count is compared with a count. */
const ROUNDING = 1e-9

/**
 * Returns a function that finds the text most similar to its argument: its index (the first of equals) if the Jaccard similarity is at
 * least `threshold`, or -1. Exact, without false positives or negatives; most texts are ruled out by their beginning.
 */
export function nearDuplicateFinder(texts: string[], threshold: number = NEAR_DUPLICATE): (text: string) => number {
  const shingles = new Shingles()
  const union = new ShingleTable()
  /** By shingle number: the texts that have it. */
  const holders: number[][] = []
  const sizes = texts.map((text, index) => {
    shingles.read(text)
    const distinct = new Set(shingles.all())
    for (const hash of distinct) (holders[union.add(hash)] ??= []).push(index)
    return distinct.size
  })
  const smallest = Math.min(...sizes.filter((size) => size > 0))
  const seen = new Uint32Array(union.size)
  const strangers = new ShingleTable()
  let turn = 0

  return (text) => {
    shingles.read(text)
    const { count } = shingles
    if (count < threshold * smallest - ROUNDING) return -1
    // A text as similar as the threshold shares at least that fraction of these shingles.
    const bearable = (1 - threshold) * count + ROUNDING
    const common = new Uint32Array(texts.length)
    let shared = 0
    turn += 1
    strangers.clear()
    for (let position = 0; position < count; position += 1) {
      const hash = shingles.at(position)
      const number = union.get(hash)
      if (number === -1) {
        strangers.add(hash)
        if (strangers.size > bearable) return -1
      } else if (seen[number] !== turn) {
        seen[number] = turn
        shared += 1
        for (const index of holders[number] as number[]) common[index] = (common[index] as number) + 1
      }
    }
    return mostSimilar(common, sizes, shared + strangers.size, threshold)
  }
}

function mostSimilar(common: Uint32Array, sizes: number[], size: number, threshold: number): number {
  let [best, highest] = [-1, 0]
  for (const [index, both] of common.entries()) {
    const similarity = both === 0 ? 0 : both / (size + (sizes[index] as number) - both)
    if (similarity >= threshold && similarity > highest) [best, highest] = [index, similarity]
  }
  return best
}

/** A text in the index that is nearly the same as the query text. */
export interface NearDuplicate {
  index: number
  /** The exact Jaccard similarity of the shingles. */
  similarity: number
}

/** How a sketch is divided: two texts are compared if they agree in all rows of a band. */
export interface Banding {
  bands: number
  rows: number
}

/** The share of pairs exactly at the threshold that may be missed. */
const MISSED = 0.001
/** A candidate is dropped if its estimate is more than this many standard errors below the threshold. */
const SLACK = 4

/** Returns the widest bands that find a pair at the threshold with a probability of at least .999: 25 bands of 5 rows for .8. */
export function bandingFor(threshold: number): Banding {
  for (let rows = SKETCH_SIZE; rows > 1; rows -= 1) {
    const bands = Math.floor(SKETCH_SIZE / rows)
    if ((1 - threshold ** rows) ** bands <= MISSED) return { bands, rows }
  }
  return { bands: SKETCH_SIZE, rows: 1 }
}

/**
 * An index of many texts, queried with a stream of others. Besides its characters, a text takes 512 bytes for its sketch, 8 to 12 per band
 * (200 to 300 at the default threshold) and one to two per character for the tile filter. One in a thousand near-duplicates exactly at the
 * threshold may be missed, fewer of more similar ones, and none of texts that fold alike. Matches are confirmed on the texts themselves.
 */
export class NearDuplicateIndex {
  readonly #texts: readonly string[]
  readonly #threshold: number
  readonly #least: number
  readonly #banding: Banding
  readonly #sketches: Int32Array
  /** Per band and bucket: the first text + 1. */
  readonly #heads: Uint32Array
  /** Per band and text: the next text + 1 in the same bucket. */
  readonly #nexts: Uint32Array
  readonly #buckets: number
  readonly #tiles: TileFilter
  readonly #shingles = new Shingles()
  readonly #sketch = new Int32Array(SKETCH_SIZE)
  /** Per text: the last query that considered it. */
  readonly #looked: Uint32Array
  #turn = 0

  constructor(texts: readonly string[], threshold: number = NEAR_DUPLICATE) {
    this.#texts = texts
    this.#threshold = threshold
    this.#least = threshold - SLACK * Math.sqrt((threshold * (1 - threshold)) / SKETCH_SIZE)
    this.#banding = bandingFor(threshold)
    this.#sketches = new Int32Array(texts.length * SKETCH_SIZE)
    this.#buckets = 2 ** Math.ceil(Math.log2(texts.length + 1))
    this.#heads = new Uint32Array(this.#banding.bands * this.#buckets)
    this.#nexts = new Uint32Array(this.#banding.bands * texts.length)
    this.#looked = new Uint32Array(texts.length)
    this.#tiles = new TileFilter(
      texts.reduce((sum, { length }) => sum + length, 0),
      threshold,
    )
    for (const [index, text] of texts.entries()) this.#add(index, text)
  }

  #add(index: number, text: string): void {
    this.#shingles.read(text)
    if (this.#shingles.count === 0) return
    this.#tiles.add(this.#shingles)
    const sketch = this.#sketches.subarray(index * SKETCH_SIZE, (index + 1) * SKETCH_SIZE)
    sketchInto(sketch, this.#shingles.all())
    for (let band = 0; band < this.#banding.bands; band += 1) {
      const bucket = this.#bucket(band, sketch)
      this.#nexts[band * this.#texts.length + index] = this.#heads[bucket] as number
      this.#heads[bucket] = index + 1
    }
  }

  /** Returns the texts whose similarity with `text` is at least the threshold, most similar first, then in their order. */
  find(text: string): NearDuplicate[] {
    this.#shingles.read(text)
    if (this.#shingles.count === 0 || !this.#tiles.mayHold(this.#shingles)) return []
    const shingles = this.#shingles.all()
    sketchInto(this.#sketch, shingles)
    const found: NearDuplicate[] = []
    let own: { folded: string; set: Set<number> } | undefined
    for (const index of this.#candidates()) {
      own ??= { folded: fold(text), set: new Set(shingles) }
      const similarity = this.#similarity(index, own)
      if (similarity >= this.#threshold) found.push({ index, similarity })
    }
    return found.sort((one, other) => other.similarity - one.similarity || one.index - other.index)
  }

  /** Returns texts that share a band with the sketch and whose estimate does not rule out the threshold. */
  #candidates(): number[] {
    const candidates: number[] = []
    this.#turn += 1
    for (let band = 0; band < this.#banding.bands; band += 1) {
      let next = this.#heads[this.#bucket(band, this.#sketch)] as number
      while (next > 0) {
        const index = next - 1
        next = this.#nexts[band * this.#texts.length + index] as number
        if (this.#looked[index] === this.#turn) continue
        this.#looked[index] = this.#turn
        if (estimate(this.#sketch, this.#sketches, index * SKETCH_SIZE) >= this.#least) candidates.push(index)
      }
    }
    return candidates
  }

  #similarity(index: number, own: { folded: string; set: Set<number> }): number {
    const text = this.#texts[index] as string
    if (fold(text) === own.folded) return 1
    this.#shingles.read(text)
    return jaccard(own.set, new Set(this.#shingles.all()))
  }

  #bucket(band: number, sketch: Int32Array): number {
    const { rows } = this.#banding
    let hash = 0x811c9dc5
    for (let place = band * rows; place < (band + 1) * rows; place += 1) {
      hash = Math.imul(hash ^ (sketch[place] as number), 0x85ebca6b)
      hash ^= hash >>> 15
    }
    return band * this.#buckets + (hash & (this.#buckets - 1))
  }
}

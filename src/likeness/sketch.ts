// MinHash sketches (Broder 1997): a few numbers that estimate the Jaccard similarity of two sets of shingles.
import { mix } from './shingles.ts'

/** Numbers in a sketch. The standard error of an estimate at similarity s is at most √(s(1 - s) / 128): .035 at .8. */
export const SKETCH_SIZE = 128
/** A value holds its round (up to twice the size), then the upper bits of a hash. */
const HASH_BITS = 22
const UNSET = 0x7fffffff

/**
 * Fills `sketch`, of `SKETCH_SIZE` places, so that the sketches of two sets agree at each place with the probability of their Jaccard
 * similarity. The set must not be empty; repeats change nothing.
 *
 * It does not apply 128 hash functions to every shingle. A round assigns each shingle to one place, rounds end once every place has a
 * value, and the 128 rounds that may follow the first 128 fill one place each. One round is enough for a long text, and about 700 hashes
 * for a short one ("Fast Similarity Sketching", Dahlgaard, Knudsen and Thorup, FOCS 2017); the estimate is unbiased and varies no more than
 * the classic one.
 */
export function sketchInto(sketch: Int32Array, shingles: Int32Array): void {
  sketch.fill(UNSET)
  let open = SKETCH_SIZE
  for (let round = 0; open > 0; round += 1) open -= fillRound(sketch, shingles, round)
}

/** Returns how many empty places have been filled. */
function fillRound(sketch: Int32Array, shingles: Int32Array, round: number): number {
  const seed = mix(round)
  const only = round - SKETCH_SIZE
  let filled = 0
  for (let index = 0; index < shingles.length; index += 1) {
    // Shingles are hashes already, so the first round, often the only one, uses them unchanged.
    const hash = round === 0 ? (shingles[index] as number) : mix((shingles[index] as number) ^ seed)
    const place = only >= 0 ? only : hash & (SKETCH_SIZE - 1)
    const value = (round << HASH_BITS) | (hash >>> (32 - HASH_BITS))
    const before = sketch[place] as number
    if (value >= before) continue
    if (before === UNSET) filled += 1
    sketch[place] = value
  }
  return filled
}

/** Returns the estimated similarity: the share of places at which a sketch agrees with the one that begins at `start` in `sketches`. */
export function estimate(sketch: Int32Array, sketches: Int32Array, start = 0): number {
  let equal = 0
  for (let place = 0; place < SKETCH_SIZE; place += 1) if (sketch[place] === sketches[start + place]) equal += 1
  return equal / SKETCH_SIZE
}

// MinHash sketches (Broder 1997): a few numbers from which the Jaccard similarity of two sets of shingles is estimated.
import { mix } from './shingles.ts'

/** Numbers in a sketch. The standard error of an estimate at similarity s is at most √(s(1 - s) / 128): .035 at .8. */
export const SKETCH_SIZE = 128
/** A value is its round (up to twice the size), then upper bits of a hash. */
const HASH_BITS = 22
const UNSET = 0x7fffffff

/**
 * Fills `sketch`, of `SKETCH_SIZE` places, so that the sketches of two sets agree at each place with the probability of their Jaccard similarity.
 * The set must not be empty; repeats change nothing.
 *
 * Not by 128 hash functions over every shingle: a round puts each shingle at one place, rounds end when every place has a value, and
 * the 128 rounds that may follow the first 128 fill one place each. One round does for a long text and some 700 hashes for a short one
 * ("Fast Similarity Sketching", Dahlgaard, Knudsen and Thorup, FOCS 2017); the estimate has no bias and varies no more than the classic one.
 */
export function sketchInto(sketch: Int32Array, shingles: Int32Array): void {
  sketch.fill(UNSET)
  let open = SKETCH_SIZE
  for (let round = 0; open > 0; round += 1) open -= fillRound(sketch, shingles, round)
}

/** Returns how many places have a value now that had none. */
function fillRound(sketch: Int32Array, shingles: Int32Array, round: number): number {
  const seed = mix(round)
  const only = round - SKETCH_SIZE
  let filled = 0
  for (let index = 0; index < shingles.length; index += 1) {
    // Shingles are hashes already: the first round, which is often the only one, takes them as they are.
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

/** The estimated similarity: the share of places at which a sketch agrees with the one that begins at `start` in `sketches`. */
export function estimate(sketch: Int32Array, sketches: Int32Array, start = 0): number {
  let equal = 0
  for (let place = 0; place < SKETCH_SIZE; place += 1) if (sketch[place] === sketches[start + place]) equal += 1
  return equal / SKETCH_SIZE
}

// Texts of which one was made from another, in part at least: a probe that has learned the one knows the other by heart, and whichever source
// the one is of is what it says of the other.
import { codeOf, mix } from '../../../base/hash.ts'
import { LONGEST, tokensOf } from './probe-features.ts'

/** Of the shorter text's triples of neighbours, so many stand in the other. Of 809 pairs of abstracts that BM25 finds for one query, none share more than .09. */
const SHARED = 0.2
/** Triples that more texts have are a way of speaking, and no sign that one was made from another. */
const COMMON = 50
/** Triples that are kept, about: of large files a sample of all triples, the same in every text. */
const KEPT = 4_000_000
const WORDS = 3
/** Characters, about. */
const IN_A_WORD = 6
/** A triple and a text are kept as one number, of 53 bits: so many texts there may be where all triples are kept, twice as many with half of them. */
const TEXTS = 2 ** 21

/**
 * @param texts no two alike
 * @returns for each the numbers of those with which it shares a fifth of the triples of the shorter of the two, its own among them unless it
 *   is empty. Sources have no say in it: where they are told by chance, so is what is left to learn from
 */
export function relativesOf(texts: readonly string[]): (number: number) => readonly number[] {
  const characters = texts.reduce((sum, { length }) => sum + Math.min(length, LONGEST), 0)
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(characters / IN_A_WORD / KEPT)))
  const kept = texts.map((text) => triplesOf(text, every))
  const holders = holdersOf(kept, TEXTS * every)
  const found = kept.map((triples) => {
    const shared = new Map<number, number>()
    for (const triple of triples) {
      for (const other of holders(triple)) shared.set(other, (shared.get(other) ?? 0) + 1)
    }
    const related: number[] = []
    for (const [other, count] of shared) {
      const shorter = Math.min(triples.length, (kept[other] as Uint32Array).length)
      if (count >= SHARED * shorter) related.push(other)
    }
    return related
  })
  return (number) => found[number] as number[]
}

/** Hashes of a text's triples of neighbours, each once, of every so many one; of a shorter text that of all its words. @param every a power of 2 */
function triplesOf(text: string, every: number): Uint32Array {
  const tokens = tokensOf(text).map((token) => codeOf(token)[0])
  const count = Math.max(Math.min(1, tokens.length), tokens.length - WORDS + 1)
  const triples = Array.from({ length: count }, (_, at) => mix(...tokens.slice(at, at + WORDS)))
  return Uint32Array.from(new Set(triples.filter((triple) => triple % every === 0)), (triple) => triple / every)
}

/** Which texts have a triple: none where it is common. @param room more than there are texts */
function holdersOf(texts: readonly Uint32Array[], room: number): (triple: number) => number[] {
  const pairs = new Float64Array(texts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  texts.forEach((triples, at) => triples.forEach((triple) => (pairs[end++] = triple * room + at)))
  pairs.sort()
  return (triple) => {
    const found: number[] = []
    for (let at = firstFrom(pairs, triple * room); at < pairs.length; at++) {
      const place = (pairs[at] as number) - triple * room
      if (place >= room) break
      found.push(place)
      if (found.length > COMMON) return []
    }
    return found
  }
}

/** The first place in ascending numbers of one that is at least so large. */
function firstFrom(ascending: Float64Array, least: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) < least) low = middle + 1
    else high = middle
  }
  return low
}

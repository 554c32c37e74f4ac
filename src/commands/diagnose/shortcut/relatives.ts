// Finds texts partly made from one another. A probe that has learned one of them recognises the other and gives it the source of the first.
import { codeOf, mix } from '../../../base/hash.ts'
import { GrowingArray } from '../../../train/growing.ts'
import { tokensOf } from './probe-features.ts'

/**
 * Share of the shorter text's word triples that must occur in the other. Of 809 pairs of abstracts that BM25 finds for
 * one query, none shares more than 0.09.
 */
const SHARED = 0.2
/** Triples found in more texts are common phrases, no sign that one text was made from another. */
const COMMON = 50
/** Approximate number of triples kept; of large files a sample of all triples, the same in every text. */
const KEPT = 4_000_000
const WORDS = 3
/** Approximate number of characters. */
const IN_A_WORD = 6
/**
 * A triple and a text are kept as one 53-bit number. This is the maximum number of texts if all triples are kept; twice as many
 * are possible with half of the triples.
 */
const TEXTS = 2 ** 21

/**
 * @param texts distinct texts
 * @param characters of all of them, of each at most `LONGEST`
 * @returns a function that gives the numbers of related texts: those that share a fifth of the triples of the shorter
 * text, including the text itself unless it is empty. Sources have no influence, so if they are assigned by chance, the
 * remaining texts are also independent of them
 */
export function relativesOf(texts: Iterable<string>, characters: number): (number: number) => readonly number[] {
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(characters / IN_A_WORD / KEPT)))
  const kept = triplesOfAll(texts, every)
  const holders = holdersOf(kept, TEXTS * every)
  return (number) => {
    const shared = new Map<number, number>()
    const triples = kept.of(number)
    for (const triple of triples) {
      for (const other of holders(triple)) shared.set(other, (shared.get(other) ?? 0) + 1)
    }
    const related: number[] = []
    for (const [other, count] of shared) {
      const shorter = Math.min(triples.length, kept.of(other).length)
      if (count >= SHARED * shorter) related.push(other)
    }
    return related
  }
}

/** The triples of all texts, one after the other. */
interface Triples {
  texts: number
  all: Uint32Array
  of(text: number): Uint32Array
}

function triplesOfAll(texts: Iterable<string>, every: number): Triples {
  const [all, ends] = [new GrowingArray(), new GrowingArray()]
  for (const text of texts) {
    all.append(triplesOf(text, every))
    ends.push(all.length)
  }
  const [numbers, to] = [all.numbers, ends.numbers]
  return { texts: to.length, all: numbers, of: (text) => numbers.subarray(text === 0 ? 0 : to[text - 1], to[text]) }
}

/**
 * Hashes a text's word triples, each once, and keeps one in `every`; a shorter text has one hash of all
 * its words.
 * @param every a power of 2
 */
function triplesOf(text: string, every: number): Uint32Array {
  const tokens = tokensOf(text).map((token) => codeOf(token)[0])
  const count = Math.max(Math.min(1, tokens.length), tokens.length - WORDS + 1)
  const triples = Array.from({ length: count }, (_, at) => mix(...tokens.slice(at, at + WORDS)))
  return Uint32Array.from(new Set(triples.filter((triple) => triple % every === 0)), (triple) => triple / every)
}

/** Returns a function that finds the texts with a triple; none if it is common. @param room more than the number of texts */
function holdersOf({ texts, all, of }: Triples, room: number): (triple: number) => number[] {
  const pairs = new Float64Array(all.length)
  let end = 0
  for (let text = 0; text < texts; text++) for (const triple of of(text)) pairs[end++] = triple * room + text
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

/** Finds the first position of a value of at least `least` in ascending numbers. */
function firstFrom(ascending: Float64Array, least: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) < least) low = middle + 1
    else high = middle
  }
  return low
}

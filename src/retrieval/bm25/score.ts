// BM25 (Robertson and Zaragoza 2009) as FTS5's bm25() computes it, over whole lists: some thousand documents at a time, so that
// sums stay in the processor's cache and memory does not grow with the corpus.
import { topOf, type Ranking } from '../top.ts'
import { advance, type Cursor } from './postings.ts'

export interface Bm25Settings {
  /** How much the second, third … occurrence of a term adds. */
  k1: number
  /** How much a long document is held against it, 0 to 1. */
  b: number
}

/** Of the corpus, as scores need them. */
export interface CorpusLengths {
  /** Number of terms of each document. */
  lengths: Uint32Array
  /** Their sum. */
  tokens: number
}

/** What FTS5 gives a term that occurs in half of the documents or more, instead of nothing or less. */
const LEAST_WEIGHT = 1e-6

/** The inverse document frequency of a term. */
export function weightOf(documents: number, size: number): number {
  const weight = Math.log((size - documents + 0.5) / (documents + 0.5))
  return weight > 0 ? weight : LEAST_WEIGHT
}

const RANGE = 1 << 14

/** @param cursors one a term of the query, always in the same order: sums depend on it in their last digit */
export function rank(
  cursors: readonly Cursor[],
  { lengths, tokens }: CorpusLengths,
  { k1, b }: Bm25Settings,
  depth: number,
): Ranking {
  const top = topOf(Math.min(depth, lengths.length))
  inRanges(cursors, { lengths, tokens }, { k1, b }, (sums, start, end) => takeRange(top, sums, start, end))
  return top.ranking()
}

/**
 * What `rank` gives these documents, whatever their rank: 0 where no term occurs.
 * @param ordinals of documents, in any order
 */
export function scoresAt(
  cursors: readonly Cursor[],
  corpus: CorpusLengths,
  settings: Bm25Settings,
  ordinals: readonly number[],
): number[] {
  const scores = ordinals.map(() => 0)
  inRanges(cursors, corpus, settings, (sums, start, end) => {
    for (const [index, ordinal] of ordinals.entries()) {
      if (ordinal >= start && ordinal < end) scores[index] = sums[ordinal - start] as number
    }
    sums.fill(0, 0, end - start)
  })
  return scores
}

/** @param take sees the sums of each range that has any, and leaves zeros */
function inRanges(
  cursors: readonly Cursor[],
  { lengths, tokens }: CorpusLengths,
  { k1, b }: Bm25Settings,
  take: (sums: Float64Array, start: number, end: number) => void,
): void {
  const sums = new Float64Array(RANGE)
  const longer = (k1 * b * lengths.length) / tokens
  const fixed = k1 * (1 - b)
  for (let start = nextOf(cursors); start < lengths.length; start = nextOf(cursors)) {
    const end = Math.min(start + RANGE, lengths.length)
    for (const cursor of cursors) addRange(cursor, sums, lengths, start, end, k1 + 1, fixed, longer)
    take(sums, start, end)
  }
}

/** The first document that any list has yet to score. */
function nextOf(cursors: readonly Cursor[]): number {
  return cursors.reduce((least, { ordinal }) => Math.min(least, ordinal), Infinity)
}

function addRange(
  cursor: Cursor,
  sums: Float64Array,
  lengths: Uint32Array,
  start: number,
  end: number,
  most: number,
  fixed: number,
  longer: number,
): void {
  const worth = cursor.weight * most
  for (; cursor.ordinal < end; advance(cursor)) {
    const { ordinal, count } = cursor
    const place = ordinal - start
    const share = count / (count + fixed + longer * (lengths[ordinal] as number))
    sums[place] = (sums[place] as number) + worth * share
  }
}

/** Takes what was found, and leaves zeros. Every document that was found has more than that. */
function takeRange(top: ReturnType<typeof topOf>, sums: Float64Array, start: number, end: number): void {
  for (let place = 0; place < end - start; place++) {
    const sum = sums[place] as number
    if (sum === 0) continue
    sums[place] = 0
    if (sum > top.bar) top.add(start + place, sum)
  }
}

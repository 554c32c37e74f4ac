// BM25 (Robertson and Zaragoza 2009) as FTS5's bm25() computes it, over whole lists: some thousand documents at a time, so that
// sums stay in the processor's cache and memory does not grow with the corpus.
import { topOf, type Ranking } from '../top.ts'
import { END, readUntil, type Cursor } from './postings.ts'

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

/** What a range needs: the same for all searches of a thread, which come one after another. Each leaves zeros in `sums`. */
const workspace = {
  sums: new Float64Array(RANGE),
  ordinals: new Uint32Array(RANGE),
  counts: new Uint32Array(RANGE),
}

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
  const formula = [k1 + 1, k1 * (1 - b), (k1 * b * lengths.length) / tokens] as const
  for (let start = nextOf(cursors); start < lengths.length; start = nextOf(cursors)) {
    const end = Math.min(start + RANGE, lengths.length)
    for (const cursor of cursors) addRange(cursor, lengths, start, end, formula)
    take(workspace.sums, start, end)
  }
}

/** The first document that any list has yet to score. */
function nextOf(cursors: readonly Cursor[]): number {
  return cursors.reduce((least, { ordinal }) => Math.min(least, ordinal), END)
}

/** Adds what a term is worth to the documents of a range. */
function addRange(
  cursor: Cursor,
  lengths: Uint32Array,
  start: number,
  end: number,
  [most, fixed, longer]: readonly [number, number, number],
): void {
  const { sums, ordinals, counts } = workspace
  const worth = cursor.weight * most
  const read = readUntil(cursor, end, ordinals, counts)
  for (let at = 0; at < read; at++) {
    const [ordinal, count] = [ordinals[at] as number, counts[at] as number]
    const share = count / (count + fixed + longer * (lengths[ordinal] as number))
    sums[ordinal - start] = (sums[ordinal - start] as number) + worth * share
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

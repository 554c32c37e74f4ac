// BM25 (Robertson and Zaragoza 2009) as FTS5's bm25() computes it, over whole lists. It handles a few thousand documents at a time, so that
// sums stay in the processor's cache and memory does not grow with the corpus.
import { topOf, type Ranking } from '../top.ts'
import { END, readUntil, type Cursor } from './postings.ts'

export interface Bm25Settings {
  /** How much repeated occurrences of a term add. */
  k1: number
  /** How much long documents are penalised, 0 to 1. */
  b: number
}

/** The figures of the corpus that scores need. */
export interface CorpusLengths {
  /** Number of terms in each document. */
  lengths: Uint32Array
  /** Their sum. */
  tokens: number
}

/** The weight that FTS5 gives a term in at least half of the documents, in place of zero or a negative one. */
const LEAST_WEIGHT = 1e-6

/** Returns the inverse document frequency of a term. */
export function weightOf(documents: number, size: number): number {
  const weight = Math.log((size - documents + 0.5) / (documents + 0.5))
  return weight > 0 ? weight : LEAST_WEIGHT
}

const RANGE = 1 << 14

/** Buffers for one range, shared by all searches of a thread, which run one after another. Each search leaves zeros in `sums`. */
const workspace = {
  sums: new Float64Array(RANGE),
  ordinals: new Uint32Array(RANGE),
  counts: new Uint32Array(RANGE),
}

/** @param cursors one per query term, always in the same order, because the last digit of sums depends on it */
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
 * Returns the scores that `rank` would give these documents, whatever their rank: 0 if no term occurs.
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

/** @param take receives the sums of each range that has any, and leaves zeros */
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

/** Returns the first document that any list has yet to score. */
function nextOf(cursors: readonly Cursor[]): number {
  return cursors.reduce((least, { ordinal }) => Math.min(least, ordinal), END)
}

/** Adds a term's score to the documents of a range. */
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

/** Takes the documents with a sum above zero, which are all that were found, and resets the sums to zero. */
function takeRange(top: ReturnType<typeof topOf>, sums: Float64Array, start: number, end: number): void {
  for (let place = 0; place < end - start; place++) {
    const sum = sums[place] as number
    if (sum === 0) continue
    sums[place] = 0
    if (sum > top.bar) top.add(start + place, sum)
  }
}

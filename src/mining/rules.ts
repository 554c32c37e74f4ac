// The rules of mining as plain data: which of the documents that a search found may become negatives of a row.
import { barOf, type Bar } from './positive-bar.ts'
import { NEAR_DUPLICATE } from '../likeness/min-hash.ts'

export const SAMPLES = ['top', 'random'] as const
export const TOO_FEW = ['keep', 'drop', 'fill'] as const

/** All conditions hold together. */
export interface MiningRules {
  /** Negatives wanted for a row. */
  negatives: number
  /** So many of the first ranks are passed over, whatever stands there. */
  skip: number
  minScore?: number | undefined
  maxScore?: number | undefined
  /** A negative scores at least so much less than the bar of the positives. */
  margin?: number | undefined
  /** A negative scores less than this share of the bar (NV-Retriever, arXiv 2407.15831: TopK-PercPos at 95%). */
  share?: number | undefined
  bar: Bar
  /** Taken from what is left: the best, or any, drawn by the seed. */
  sample: (typeof SAMPLES)[number]
  seed: number
  /** Jaccard similarity of shingles from which a document is a near-duplicate of a positive; 1 compares folded texts only. */
  nearDuplicate: number
}

export const MINING_DEFAULTS: MiningRules = {
  negatives: 7,
  skip: 0,
  share: 0.95,
  bar: 'min',
  sample: 'top',
  seed: 1,
  nearDuplicate: NEAR_DUPLICATE,
}

/** How far down a search looks for candidates. */
export const DEFAULT_DEPTH = 100

/** Why a document did not become a negative. */
export type Reason =
  | 'judged for the query'
  | 'positives of the row'
  | 'with the id of the query'
  | 'in the row already'
  | 'in a skipped rank'
  | 'below --min-score'
  | 'above --max-score'
  | 'within --margin of the positive'
  | 'reaching --share of the positive'
  | 'without a positive to compare with'
  | 'without text'
  | 'with the text of the query'
  | 'copies of a positive'
  | 'near-duplicates of a positive'
  | 'positives of the same query elsewhere'
  | 'copies of another negative'

/** A document that a search found for a row. */
export interface Candidate {
  /** Document id. */
  id: string
  /** Its place in the retriever's list, from 1, before any rescoring. */
  rank: number
  /** The retriever's score, or that of the scorer that looked again. */
  score: number
}

/**
 * The bar that the positives set. A positive without a score stands below everything that was found, or outside the corpus: then
 * only the best of the others can say anything.
 * @returns undefined when there is none
 */
export function barFor(scores: readonly (number | undefined)[], which: Bar): number | undefined {
  const known = scores.filter((score) => score !== undefined)
  if (known.length === 0 || (which !== 'max' && known.length < scores.length)) return undefined
  return barOf(known, which)
}

/** Whether a row has nothing to compare its candidates with, though they are to be compared: then nothing is left for it. */
export function isBlind(
  { share, margin, bar }: Pick<MiningRules, 'share' | 'margin' | 'bar'>,
  positiveScores: readonly (number | undefined)[],
): boolean {
  return (share !== undefined || margin !== undefined) && barFor(positiveScores, bar) === undefined
}

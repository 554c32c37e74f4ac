// The rules of mining as plain data: which of the documents that a search found may become negatives of a row.
import { barOf, type Bar } from './positive-bar.ts'
import { NEAR_DUPLICATE } from '../likeness/min-hash.ts'

export const SAMPLES = ['top', 'random'] as const
export const TOO_FEW = ['keep', 'drop', 'fill'] as const

/** All conditions must hold. */
export interface MiningRules {
  /** Negatives wanted per row. */
  negatives: number
  /** Number of top ranks to skip, whatever they hold. */
  skip: number
  minScore?: number | undefined
  maxScore?: number | undefined
  /** A negative scores at least this much less than the bar of the positives. */
  margin?: number | undefined
  /** A negative scores less than this share of the bar (NV-Retriever, arXiv 2407.15831: TopK-PercPos at 95%). */
  share?: number | undefined
  bar: Bar
  /** Which of the remaining candidates to take: the best, or random ones drawn with the seed. */
  sample: (typeof SAMPLES)[number]
  seed: number
  /** Jaccard similarity of shingles from which a document counts as a near-duplicate of a positive; 1 compares folded texts only. */
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

/** Number of hits that a search takes as candidates. */
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
  /** Its rank in the retriever's list, from 1, before any rescoring. */
  rank: number
  /** The retriever's score, or the rescorer's. */
  score: number
}

/**
 * Returns the bar that the positives set. A positive without a score ranks below everything found or is not in the corpus; then only
 * the best of the others can set a bar.
 * @returns undefined if there is no bar
 */
export function barFor(scores: readonly (number | undefined)[], which: Bar): number | undefined {
  const known = scores.filter((score) => score !== undefined)
  if (known.length === 0 || (which !== 'max' && known.length < scores.length)) return undefined
  return barOf(known, which)
}

/** Returns whether a row has no bar although its candidates must be compared with one; then none of them can be used. */
export function isBlind(
  { share, margin, bar }: Pick<MiningRules, 'share' | 'margin' | 'bar'>,
  positiveScores: readonly (number | undefined)[],
): boolean {
  return (share !== undefined || margin !== undefined) && barFor(positiveScores, bar) === undefined
}

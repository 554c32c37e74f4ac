// The bar that positives set for the scores of negatives: what positive-aware mining (NV-Retriever, arXiv 2407.15831) and percpos share.
import { meanOf } from '../statistics/mean.ts'

/** Which of several positives sets the bar. */
export const BARS = ['min', 'mean', 'max'] as const
export type Bar = (typeof BARS)[number]

/** The bar of a row by the scores of its positives, of which there is at least one. */
export function barOf(scores: readonly number[], which: Bar): number {
  if (which === 'mean') return meanOf(scores)
  return which === 'min' ? Math.min(...scores) : Math.max(...scores)
}

/** Which share of a bar a score is, below zero as in `shareOfBar`: infinite where the bar is zero and the score is not below, or below, it. */
export function shareReached(score: number, bar: number): number {
  if (bar === 0) return score >= 0 ? Infinity : -Infinity
  return 1 - (bar - score) / Math.abs(bar)
}

/**
 * The score that is `share` of a bar. Below zero it lies as far under the bar as it would above zero, so that 95% of -2 is -2.1
 * and never a score better than the bar.
 */
export function shareOfBar(bar: number, share: number): number {
  return bar - Math.abs(bar) * (1 - share)
}

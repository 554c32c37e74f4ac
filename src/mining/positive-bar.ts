// The bar that positives set for the scores of negatives, shared by positive-aware mining (NV-Retriever, arXiv 2407.15831) and percpos.
import { meanOf } from '../statistics/mean.ts'

/** Which of several positives sets the bar. */
export const BARS = ['min', 'mean', 'max'] as const
export type Bar = (typeof BARS)[number]

/** Returns the bar of a row from the scores of its positives, of which there is at least one. */
export function barOf(scores: readonly number[], which: Bar): number {
  if (which === 'mean') return meanOf(scores)
  return which === 'min' ? Math.min(...scores) : Math.max(...scores)
}

/**
 * Returns a score as a share of a bar, below zero as in `shareOfBar`. If the bar is zero, it is Infinity for a
 * score of at least 0 and -Infinity below.
 */
export function shareReached(score: number, bar: number): number {
  if (bar === 0) return score >= 0 ? Infinity : -Infinity
  return 1 - (bar - score) / Math.abs(bar)
}

/**
 * Returns the score that is `share` of a bar. Below zero it is as far under the bar as it would be above zero, so that 95% of -2
 * is -2.1 and never better than the bar.
 */
export function shareOfBar(bar: number, share: number): number {
  return bar - Math.abs(bar) * (1 - share)
}

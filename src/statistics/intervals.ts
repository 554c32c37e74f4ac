// Intervals, rank correlations and areas for counted and scored items.
import { betaQuantile } from './distributions.ts'

/** A 95% confidence interval, both ends included. */
export interface Interval {
  low: number
  high: number
}

const Z95 = 1.959963984540054

/** Returns Wilson's score interval for a share of `hits` out of `total` (Wilson 1927); 0 to 1 if nothing was drawn. */
export function wilson(hits: number, total: number, z = Z95): Interval {
  if (total === 0) return { low: 0, high: 1 }
  const share = hits / total
  const centre = share + (z * z) / (2 * total)
  const spread = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))
  const scale = 1 + (z * z) / total
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) }
}

/** The lower end of the exact one-sided interval for a share of `hits` out of `total` (Clopper and Pearson 1934). 0 when nothing was drawn. */
export const exactLower = (hits: number, total: number, confidence = 0.95): number =>
  hits === 0 ? 0 : betaQuantile(1 - confidence, hits, total - hits + 1)

/** The upper end, likewise. 1 when nothing was drawn. */
export const exactUpper = (hits: number, total: number, confidence = 0.95): number =>
  hits === total ? 1 : betaQuantile(confidence, hits + 1, total - hits)

/**
 * Returns Kendall's rank correlation, tau-b (Kendall 1945), of paired values: 1 for the same order, -1 for the reverse; 0 if one of them is
 * constant.
 */
export function kendallTau(pairs: readonly (readonly [number, number])[]): number {
  let agreement = 0
  let untied = { first: 0, second: 0 }
  for (let i = 0; i < pairs.length; i++) {
    for (let j = i + 1; j < pairs.length; j++) {
      const [a, b] = [pairs[i] as readonly [number, number], pairs[j] as readonly [number, number]]
      const [first, second] = [Math.sign(a[0] - b[0]), Math.sign(a[1] - b[1])]
      agreement += first * second
      untied = { first: untied.first + Math.abs(first), second: untied.second + Math.abs(second) }
    }
  }
  const scale = Math.sqrt(untied.first * untied.second)
  return scale === 0 ? 0 : agreement / scale
}

/**
 * Returns the area under the ROC curve: the probability that a positive scores above a negative, with ties counting half (Hanley and McNeil
 * 1982). Undefined if one of the two is missing.
 */
export function areaUnderCurve(items: readonly { score: number; isPositive: boolean }[]): number | undefined {
  const sorted = items.toSorted((a, b) => a.score - b.score)
  const positives = items.filter(({ isPositive }) => isPositive).length
  const pairs = positives * (items.length - positives)
  if (pairs === 0) return undefined
  let rankSum = 0
  for (let start = 0; start < sorted.length;) {
    let end = start
    while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end += 1
    const tied = sorted.slice(start, end).filter(({ isPositive }) => isPositive).length
    rankSum += (tied * (start + 1 + end)) / 2
    start = end
  }
  return (rankSum - (positives * (positives + 1)) / 2) / pairs
}

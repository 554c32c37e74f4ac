// The score from which a scorer calls a passage relevant: the one with the best F1, found on other rows than those that it is used on.
import { unitHash } from '../base/hash.ts'

export interface ScoredPassage {
  score: number
  weight: number
  isRelevant: boolean
}

/**
 * Returns the threshold with the best F1: halfway between two neighbouring scores, or the lowest score. Of equal ones the highest.
 * Undefined without a relevant passage.
 */
export function bestThreshold(passages: readonly ScoredPassage[]): number | undefined {
  const sorted = passages.toSorted((one, other) => other.score - one.score)
  const relevant = sorted.reduce((sum, { isRelevant, weight }) => sum + (isRelevant ? weight : 0), 0)
  let [called, hits, best] = [0, 0, 0]
  let threshold: number | undefined
  for (const [at, { score, weight, isRelevant }] of sorted.entries()) {
    called += weight
    if (isRelevant) hits += weight
    const next = sorted[at + 1]?.score
    if (next === score || !Number.isFinite(score)) continue
    const f1 = (2 * hits) / (called + relevant)
    if (f1 <= best) continue
    best = f1
    threshold = next === undefined || !Number.isFinite(next) ? score : (score + next) / 2
  }
  return threshold
}

/** Divides rows into two halves by seed. @returns the half of each, 0 or 1 */
export function halves(rows: readonly string[], seed: number): Map<string, 0 | 1> {
  const place = new Map(rows.map((id) => [id, unitHash(`halves ${seed} ${id}`)]))
  const drawn = rows.toSorted((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0))
  return new Map(drawn.map((id, index) => [id, index % 2 === 0 ? 0 : 1]))
}

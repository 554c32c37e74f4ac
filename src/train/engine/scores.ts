// The scores of a step, and the way of their gradient back to the sums of which they are cosines.
import { paddedQueries } from './layout.ts'

/** Cosines of queries [rows] and passages [columns], row by row, `stride` apart; columns beyond `passages` are padding. */
export interface Scores {
  values: Float32Array
  queries: number
  passages: number
  stride: number
}

/**
 * Turns the gradient of the cosines, in place, into coefficients of the sums: for u = s / |s|, the gradient of s is (g − (g·u) u) / |s|, and
 * g·u is the sum of gradient times score.
 * @param inverse 1 / length of each sum, queries first
 * @param own is filled with the coefficient of each sum itself
 */
export function throughLengths(scores: Scores, gradient: Scores, inverse: Float32Array, own: Float32Array): void {
  const { queries, passages, stride } = scores
  const first = paddedQueries(queries)
  own.fill(0, 0, first + stride)
  for (let query = 0; query < queries; query++) {
    const ofQuery = inverse[query] as number
    let along = 0
    for (let passage = 0, at = query * stride; passage < passages; passage++, at++) {
      const slope = gradient.values[at] as number
      const product = slope * (scores.values[at] as number)
      along += product
      own[first + passage] = (own[first + passage] as number) + product
      gradient.values[at] = slope * ofQuery * (inverse[first + passage] as number)
    }
    gradient.values.fill(0, query * stride + passages, (query + 1) * stride)
    own[query] = along * ofQuery * ofQuery
  }
  for (let bag = first; bag < first + passages; bag++) {
    own[bag] = (own[bag] as number) * (inverse[bag] as number) ** 2
  }
  // Padding rows take part in the products of passages.
  const { buffer, byteOffset } = gradient.values
  new Float32Array(buffer, byteOffset, first * stride).fill(0, queries * stride)
}

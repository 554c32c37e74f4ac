// Matching, our own term: generated negatives should be as similar to the query as the mined ones of its row, rank by rank, so that
// similarity does not reveal where a passage comes from.
import { quantile } from '../../statistics/quantiles.ts'

export interface MatchLoss {
  /** Mean squared distance of similarities; 0 if the generated ones equal the quantiles of the mined ones. */
  loss: number
  /** Its derivative with respect to the similarity of each generated negative, in the given order. */
  gradient: Float64Array
}

/**
 * The loss of one query. With the generated similarities sorted, s₁ ≤ … ≤ s_G, and Q the quantile function of the mined:
 * L = (1/G) Σₖ (sₖ − Q((k − ½)/G))² and dL/dsₖ = (2/G) (sₖ − Q((k − ½)/G)). Without generated or without mined negatives it is 0.
 * @param mined similarities to the query, which take no gradient [M]
 * @param generated similarities to the query [G]; of equal ones the earlier counts as the smaller
 */
export function matchLoss(mined: ArrayLike<number>, generated: ArrayLike<number>): MatchLoss {
  const G = generated.length
  const gradient = new Float64Array(G)
  if (G === 0 || mined.length === 0) return { loss: 0, gradient }
  const sorted = Float64Array.from(mined).sort()
  const similarities = Float64Array.from(generated)
  const order = Array.from(similarities.keys()).sort((one, other) => similarities[one]! - similarities[other]!)
  let loss = 0
  order.forEach((at, rank) => {
    const distance = (similarities[at] as number) - quantile(sorted, (rank + 0.5) / G)
    loss += distance ** 2 / G
    gradient[at] = (2 / G) * distance
  })
  return { loss, gradient }
}

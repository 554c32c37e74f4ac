// InfoNCE (van den Oord et al. 2018): the cross-entropy of finding the positive among all passages of the step that are not masked.
import { ROLE, type Loss } from './loss.ts'

/**
 * Per query −ln( e^(s⁺/t) / Σ e^(s/t) ), with the sum over its positive and all unmasked passages; the mean over the queries.
 * The derivative is (softmax − [is the positive]) / (t · queries).
 * @param temperature t
 */
export function infoNce(temperature: number): Loss {
  return ({ scores, queries, passages, stride, roles, positives }, gradient) => {
    let total = 0
    const scale = 1 / (temperature * queries)
    for (let query = 0; query < queries; query++) {
      const [start, end] = [query * stride, query * stride + passages]
      const positive = start + (positives[query] as number)
      let most = -Infinity
      for (let at = start; at < end; at++) {
        if (roles[at] !== ROLE.masked && (scores[at] as number) > most) most = scores[at] as number
      }
      let sum = 0
      for (let at = start; at < end; at++) {
        const weight = roles[at] === ROLE.masked ? 0 : Math.exp(((scores[at] as number) - most) / temperature)
        sum += weight
        gradient[at] = weight
      }
      for (let at = start; at < end; at++) gradient[at] = ((gradient[at] as number) / sum) * scale
      // Summing the others stays exact when the positive has nearly all the weight; 1 minus its softmax would lose digits.
      const others = sum - Math.exp(((scores[positive] as number) - most) / temperature)
      gradient[positive] = (-others / sum) * scale
      total += Math.log(sum) - ((scores[positive] as number) - most) / temperature
    }
    return total / queries
  }
}

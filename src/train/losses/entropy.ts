// Query-view entropy maximisation (CausalNeg, arXiv 2606.01304, module 2): generated negatives should share their part of the softmax
// evenly, and that part should match their number.
import { logSumOf } from './log-sum.ts'

export interface EntropyLoss {
  /** −H + (P − E)², in nats; from −ln G to (1 − E)². */
  loss: number
  /** Its derivative with respect to the similarity of each generated negative. */
  gradient: Float64Array
  /** H: entropy of the softmax among the generated negatives, in nats. */
  entropy: number
  /** P: the generated negatives' share of the softmax over mined and generated ones. */
  share: number
  /** E = G / (M + G). */
  expected: number
}

/**
 * The loss of one query. With s = similarity / t, p the softmax of s over mined and generated, P its sum
 * over the generated, r = p / P there:
 * H = −Σ r ln r, E = G / (M + G), L = −H + (P − E)², and for a generated one dL/ds = r (ln r + H) + 2 (P − E) p (1 − P).
 * Without generated negatives it is 0; with a single one only the balance term remains; without mined ones only the entropy.
 * @param mined similarities to the query, which take no gradient [M]
 * @param generated similarities to the query [G]
 * @param temperature t; 0.1 in the paper
 */
export function entropyLoss(mined: ArrayLike<number>, generated: ArrayLike<number>, temperature: number): EntropyLoss {
  const [M, G] = [mined.length, generated.length]
  if (G === 0) return { loss: 0, gradient: new Float64Array(), entropy: 0, share: 0, expected: 0 }
  const [ofMined, ofGenerated] = [logSumOf(mined, temperature), logSumOf(generated, temperature)]
  const rest = 1 / (1 + Math.exp(ofGenerated - ofMined))
  const share = 1 / (1 + Math.exp(ofMined - ofGenerated))
  const expected = G / (M + G)
  const logarithms = Float64Array.from(generated, (similarity) => similarity / temperature - ofGenerated)
  const shares = logarithms.map(Math.exp)
  const entropy = -shares.reduce((sum, r, at) => sum + r * (logarithms[at] as number), 0)
  const gradient = shares.map(
    (r, at) => (r * ((logarithms[at] as number) + entropy + 2 * (share - expected) * share * rest)) / temperature,
  )
  return { loss: -entropy + (share - expected) ** 2, gradient, entropy, share, expected }
}

// The logarithm of a sum of exponentials, for scores of any size.

/** ln Σ e^(s/t); −∞ if there are no scores. */
export function logSumOf(scores: ArrayLike<number>, temperature: number): number {
  let most = -Infinity
  for (let at = 0; at < scores.length; at++) most = Math.max(most, scores[at] as number)
  if (most === -Infinity) return most
  let sum = 0
  for (let at = 0; at < scores.length; at++) sum += Math.exp(((scores[at] as number) - most) / temperature)
  return most / temperature + Math.log(sum)
}

// Combines the vectors of a text's tokens into one, as sentence-transformers' Pooling does.
import type { Pooling } from '../settings.ts'

/** The hidden states of one text: [tokens × hidden]. The first `length` tokens are its own, the rest is padding. */
export interface TokenVectors {
  states: Float32Array
  hidden: number
  length: number
}

/** Writes the pooled vectors one after the other into `target`: [poolings × hidden]. */
export function pool(poolings: readonly Pooling[], vectors: TokenVectors, target: Float32Array): void {
  const { hidden } = vectors
  poolings.forEach((pooling, at) => POOL[pooling](vectors, target.subarray(at * hidden, (at + 1) * hidden)))
}

const POOL: Record<Pooling, (vectors: TokenVectors, target: Float32Array) => void> = {
  cls: ({ states, hidden }, target) => target.set(states.subarray(0, hidden)),
  lasttoken: ({ states, hidden, length }, target) =>
    target.set(states.subarray((length - 1) * hidden, length * hidden)),
  max: ({ states, hidden, length }, target) => {
    target.fill(-Infinity)
    for (let at = 0; at < length * hidden; at++) {
      const place = at % hidden
      target[place] = Math.max(target[place] as number, states[at] as number)
    }
  },
  mean: (vectors, target) => weighted(vectors, target, () => 1, vectors.length),
  mean_sqrt_len_tokens: (vectors, target) => weighted(vectors, target, () => 1, Math.sqrt(vectors.length)),
  weightedmean: (vectors, target) => {
    const { length } = vectors
    weighted(vectors, target, (token) => token + 1, (length * (length + 1)) / 2)
  },
}

function weighted(
  { states, hidden, length }: TokenVectors,
  target: Float32Array,
  weightOf: (token: number) => number,
  divisor: number,
): void {
  const sums = new Float64Array(hidden)
  for (let token = 0; token < length; token++) {
    const weight = weightOf(token)
    const start = token * hidden
    for (let at = 0; at < hidden; at++) sums[at] = (sums[at] as number) + weight * (states[start + at] as number)
  }
  for (let at = 0; at < hidden; at++) target[at] = (sums[at] as number) / divisor
}

// Turns an encoder into a scorer: the score of a passage is the inner product of its vector and the query's.
import type { Encoder } from './encoder.ts'
import type { Scorer } from './scorer.ts'
import { innerProduct } from './vectors.ts'

/** Wraps an encoder. Closing the scorer closes the encoder. */
export function scorerOf(encoder: Encoder): Scorer {
  const { name, identity, dimensions } = encoder
  return {
    name,
    identity,
    score: async (query, passages, signal) => {
      if (passages.length === 0) return []
      const [of, vectors] = await Promise.all([
        encoder.encode([query], 'query', signal),
        encoder.encode(passages, 'passage', signal),
      ])
      return passages.map((_, at) => innerProduct(of, vectors.subarray(at * dimensions, (at + 1) * dimensions)))
    },
    close: () => encoder.close(),
  }
}

// An encoder that is a map over the vectors of another.
import type { Encoder } from '../encoder.ts'
import type { Layers } from '../transformers/layers.ts'
import { normalizeRows } from '../vectors.ts'

type About = Pick<Encoder, 'name' | 'identity' | 'dimensions' | 'prefixes'>

/** Maps the vectors of an encoder, then scales them to length 1. Closing it closes the encoder. @param about the mapped encoder */
export function mappedEncoder(base: Encoder, layers: Layers, about: About): Encoder {
  const { dimensions } = about
  const over =
    ({ encode }: Encoder): Encoder['encode'] =>
    async (texts, kind, signal) => {
      const vectors = await encode(texts, kind, signal)
      const mapped = new Float32Array(texts.length * dimensions)
      for (let at = 0; at < texts.length; at++) {
        const vector = vectors.slice(at * base.dimensions, (at + 1) * base.dimensions)
        mapped.set(layers[kind](vector), at * dimensions)
      }
      normalizeRows(mapped, dimensions)
      return mapped
    }
  return {
    ...about,
    encode: over(base),
    ...(base.keepingNone && {
      keepingNone: { ...about, encode: over(base.keepingNone), close: () => Promise.resolve() },
    }),
    close: () => base.close(),
  }
}

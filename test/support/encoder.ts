// An encoder for tests: a function makes the vector of a text, and all encoded texts are recorded.
import { sha256 } from '../../src/base/hash.ts'
import type { Encoder } from '../../src/encoders/encoder.ts'
import { randomFrom } from './random.ts'

export interface CountingEncoder extends Encoder {
  /** All passages that it encoded, in order. */
  passages: string[]
  queries: string[]
  isClosed: boolean
}

/** @param vectorOf by default a vector of length 1 that looks random and depends on the text alone */
export function fakeEncoder(
  dimensions = 8,
  vectorOf: (text: string, kind: 'query' | 'passage') => readonly number[] = (text) => numbersFor(text, dimensions),
): CountingEncoder {
  const encoder: CountingEncoder = {
    name: 'fake',
    identity: `fake ${dimensions}`,
    dimensions,
    passages: [],
    queries: [],
    isClosed: false,
    encode: async (texts, kind) => {
      encoder[kind === 'query' ? 'queries' : 'passages'].push(...texts)
      return Float32Array.from(texts.flatMap((text) => vectorOf(text, kind)))
    },
    close: async () => void (encoder.isClosed = true),
  }
  return encoder
}

function numbersFor(text: string, count: number): number[] {
  const random = randomFrom(Number.parseInt(sha256(text, 8), 16))
  const numbers = Array.from({ length: count }, () => random() - 0.5)
  const length = Math.hypot(...numbers)
  return numbers.map((number) => number / length)
}

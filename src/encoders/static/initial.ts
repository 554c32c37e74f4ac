// The vectors that training starts from: a random projection of words weighted by their rarity, so that the untrained encoder compares
// texts roughly as BM25 does. Each value depends only on seed, stem and dimension, never on the rest of the vocabulary.
import { stemmer } from 'stemmer'
import { codeOf, mix } from '../../base/hash.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Returns the vectors of all tokens [tokens × dimensions]: random signs of equal size, times the rarity; single bytes get zeros. */
export function initialVectors({ pieces, texts }: Vocabulary, dimensions: number, seed: number): Float32Array {
  const vectors = new Float32Array(pieces.length * dimensions)
  pieces.forEach(({ word, texts: holding }, token) => {
    if (word === '') return
    const size = rarity(Math.min(holding, texts), texts) / Math.sqrt(dimensions)
    const [high, low] = codeOf(stemOf(word))
    for (let dimension = 0, bits = 0; dimension < dimensions; dimension++) {
      // One draw gives the signs of 32 dimensions.
      bits = dimension % 32 === 0 ? mix(seed, high, low, dimension >>> 5) : bits >>> 1
      vectors[token * dimensions + dimension] = bits & 1 ? size : -size
    }
  })
  return vectors
}

/** Returns the inverse document frequency as in BM25 (Robertson and Zaragoza 2009), above zero for any count. */
function rarity(holding: number, texts: number): number {
  return Math.log(1 + (texts - holding + 0.5) / (holding + 0.5))
}

const stemOf = (word: string) => (/^[a-z]+$/.test(word) ? stemmer(word) : word)

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { staticModel, STATIC_TEXTS } from '../../../test/support/static-folder.ts'
import { normalizeRows } from '../vectors.ts'
import { staticEncoder, tokenizerFor } from './encoder.ts'

const WORDS = STATIC_TEXTS.join(' ').split(' ')
const encoder = staticEncoder(staticModel, { name: 'small', identity: 'small' })
const { encode } = tokenizerFor(staticModel, 'small')

/** The sum of a text's tokens, one after the other, each sum stored in 32 bits. */
function summed(text: string): Float32Array {
  const { vectors, dimensions } = staticModel
  const sum = new Float32Array(dimensions)
  for (const token of encode(text)) {
    for (let at = 0; at < dimensions; at++) sum[at]! += vectors[token * dimensions + at]!
  }
  normalizeRows(sum, dimensions)
  return sum
}

test('the vector of a text is the normalised sum of its tokens, to the last bit, however many they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...WORDS, 'unknown', ''), { maxLength: 12 }), async (words) => {
      const text = words.join(' ')
      expect(await encoder.encode([text, text], 'passage')).toEqual(Float32Array.of(...summed(text), ...summed(text)))
    }),
  )
})

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../test/support/random.ts'
import { Shingles } from './shingles.ts'
import { TileFilter, tileWeight } from './tile-filter.ts'

const read = (text: string) => {
  const shingles = new Shingles()
  shingles.read(text)
  return shingles
}

function filterOf(texts: string[], threshold = 0.8): TileFilter {
  const filter = new TileFilter(texts.join('').length, threshold)
  for (const text of texts) filter.add(read(text))
  return filter
}

test.each([
  [0.7, 12],
  [0.8, 20],
  [0.9, 24],
  [1, 24],
])('at %f a tile weighs %i', (threshold, weight) => expect(tileWeight(threshold)).toBe(weight))

const letters = fc.string({ unit: fc.constantFrom(...'abcdefghij ,'), minLength: 100, maxLength: 600 })
const ideographs = fc.string({
  unit: fc.constantFrom(...'東京都人口何年月日本語学生先。a'),
  minLength: 60,
  maxLength: 300,
})

describe('the filter', () => {
  test('never lets go of a text that was added, nor of one with an edit in fifty characters', () => {
    fc.assert(
      fc.property(fc.oneof(letters, ideographs), fc.integer({ min: 50, max: 80 }), (text, step) => {
        const filter = filterOf([text, 'another one'])
        expect(filter.mayHold(read(text))).toBe(true)
        const edited = [...text].map((letter, index) => (index % step === step - 1 ? `${letter}x` : letter)).join('')
        expect(filter.mayHold(read(edited))).toBe(true)
      }),
    )
  })

  test('lets go of nearly all texts that have nothing of them', () => {
    const random = randomFrom(1)
    const alphabet = 'abcdefghij '
    const letter = () => alphabet[Math.floor(random() * alphabet.length)]
    const made = () => Array.from({ length: 500 }, letter).join('')
    const filter = filterOf(Array.from({ length: 100 }, made))
    const held = Array.from({ length: 1000 }, made).filter((text) => filter.mayHold(read(text)))
    expect(held.length).toBeLessThan(10)
  })

  test('lets all through where the threshold is so low that tiles would be short', () => {
    expect(filterOf(['a'.repeat(300)], 0.6).mayHold(read('something else altogether, '.repeat(10)))).toBe(true)
  })
})

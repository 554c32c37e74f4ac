import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { fold } from './fold.ts'
import { bandingFor, NearDuplicateIndex, nearDuplicateFinder } from './min-hash.ts'
import { shingleSet } from '../../test/support/shingles.ts'
import { jaccard } from './shingles.ts'
import { estimate, SKETCH_SIZE, sketchInto } from './sketch.ts'

const similarityOf = (one: string, other: string) => jaccard(shingleSet(one), shingleSet(other))

describe('shingles', () => {
  test('are pieces of five characters, with one space for what parts words', () => {
    expect(shingleSet('Abc, de')).toEqual(shingleSet('abc - DE!'))
    // ' abc de ': ' abc ', 'abc d', 'bc de', 'c de '
    expect(shingleSet('abc de').size).toBe(4)
  })

  test('have three characters in scripts without spaces, so that short texts have several', () => {
    // ' 東京都の人口 ': ' 東京', '東京都', '京都の', '都の人', 'の人口', '人口 '
    expect(shingleSet('東京都の人口').size).toBe(6)
    expect(similarityOf('東京都の人口は何人ですか', '東京都の人口は何人ですか？')).toBe(1)
    expect(similarityOf('東京都の人口は何人ですか', '大阪府の人口は何人ですか')).toBeGreaterThan(0.4)
  })

  test('weigh punctuation as a space, also where no space has been met', async () => {
    vi.resetModules()
    const { Shingles } = await import('./shingles.ts')
    // ' 東京 都 ': ' 東京', '東京 ', '京 都'
    expect(shingleSet('東京、都', new Shingles()).size).toBe(3)
  })

  test.each([
    ['C', 'C++'],
    ['C#', 'C'],
    ['5%', '5'],
    ['naïve', 'naive'],
  ])('%s and %s differ', (one, other) => expect(similarityOf(one, other)).toBeLessThan(1))

  test.each([
    ['a', 1],
    ['ab', 1],
    ['abc', 1],
    ['abcd', 2],
    ['東', 1],
    ['?!', 1],
    ['', 0],
    [' \n', 0],
  ])('a text as short as %j has %i', (text, size) => expect(shingleSet(text).size).toBe(size))

  test('of texts of nothing but punctuation tell these apart', () => {
    expect(similarityOf('?!', '?!')).toBe(1)
    expect(similarityOf('?!', '...')).toBe(0)
  })

  test('of texts that fold alike are the same', () => {
    const noisy = fc.string({ unit: fc.constantFrom(...'ab “”\'"`´‘−–- \n\t\u200b\u00a0ÄäﬁＡ東İ1'), maxLength: 30 })
    fc.assert(
      fc.property(noisy, (text) => {
        const variants = [fold(text), text.toUpperCase(), `  ${text.replaceAll(' ', ' \n')}`, text.replaceAll('−', '-')]
        for (const variant of variants.filter((each) => fold(each) === fold(text)))
          expect(shingleSet(variant)).toEqual(shingleSet(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('a reader that has seen a long text and one of another script reads the next as if it were new', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'ab 東京?é'), maxLength: 40 })), (texts) => {
        const sets = texts.map((text) => shingleSet(text))
        shingleSet('x'.repeat(20_000))
        expect(
          texts
            .toReversed()
            .map((text) => shingleSet(text))
            .toReversed(),
        ).toEqual(sets)
      }),
    )
  })
})

/** Creates sets of a known similarity: `common` numbers in both, `apart` more in each. */
function pairOf(common: number, apart: number, seed: number): [Int32Array, Int32Array] {
  let state = seed
  const next = () => {
    state = (state + 0x9e3779b9) | 0
    let value = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
    return value ^ (value >>> 15)
  }
  const both = Array.from({ length: common }, next)
  const rest = () => Array.from({ length: apart }, next)
  return [new Int32Array([...both, ...rest()]), new Int32Array([...rest(), ...both])]
}

describe('sketches', () => {
  // common, apart on each side: similarity common / (common + 2 · apart); from sets smaller than a sketch to much larger ones.
  test.each([
    [8, 1],
    [4, 4],
    [40, 5],
    [40, 40],
    [300, 300],
    [1200, 150],
    [1200, 20],
  ])(
    'of sets with %i in common and %i apart estimate the similarity without bias, within the binomial error',
    (common, apart) => {
      const similarity = common / (common + 2 * apart)
      const trials = 400
      const [one, other] = [new Int32Array(SKETCH_SIZE), new Int32Array(SKETCH_SIZE)]
      const errors = Array.from({ length: trials }, (_, trial) => {
        const [left, right] = pairOf(common, apart, trial * 7919)
        sketchInto(one, left)
        sketchInto(other, right)
        return estimate(one, other) - similarity
      })
      const variance = (similarity * (1 - similarity)) / SKETCH_SIZE
      const mean = errors.reduce((sum, error) => sum + error, 0) / trials
      const spread = errors.reduce((sum, error) => sum + error * error, 0) / trials
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / trials))
      expect(spread).toBeLessThan(variance * (1 + 4 * Math.sqrt(2 / trials)))
    },
  )

  test('do not depend on order or repeats', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 300 }), (numbers) => {
        const [one, other] = [new Int32Array(SKETCH_SIZE), new Int32Array(SKETCH_SIZE)]
        sketchInto(one, new Int32Array(numbers))
        sketchInto(other, new Int32Array([...numbers.toReversed(), ...numbers]))
        expect(other).toEqual(one)
        expect(one).not.toContain(0x7fffffff)
      }),
    )
  })
})

const words = fc.constantFrom(
  'who',
  'invented',
  'the',
  'telephone',
  'cells',
  'grow',
  'a',
  '東京',
  'протеин',
  '?',
  'b-12',
)
const sentence = fc.array(words, { maxLength: 30 }).map((each) => each.join(' '))
const thresholds = fc.constantFrom(0.3, 0.5, 0.8, 0.9, 1)

/** Finds the index of the most similar text at or above the threshold, or -1, by comparing all. */
function plainly(texts: string[], text: string, threshold: number): number {
  const similarities = texts.map((each) => similarityOf(each, text))
  const highest = Math.max(-1, ...similarities)
  return highest >= threshold ? similarities.indexOf(highest) : -1
}

describe('the finder for a few texts', () => {
  test('finds exactly what comparing with each finds', () => {
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 6 }), fc.array(sentence), thresholds, (texts, asked, threshold) => {
        const find = nearDuplicateFinder(texts, threshold)
        for (const text of [...asked, ...texts.map((each) => `${each} cells`)])
          expect(find(text)).toBe(plainly(texts, text, threshold))
      }),
      { numRuns: 500 },
    )
  })

  test('finds a text that is equal, folded or otherwise punctuated', () => {
    const find = nearDuplicateFinder(['who invented the telephone', 'Who killed Cock Robin?'])
    expect(find('who killed “cock  robin”')).toBe(1)
    expect(find('Who invented the telephones?')).toBe(0)
    expect(find('who invented the telegraph')).toBe(-1)
    expect(find('')).toBe(-1)
    expect(nearDuplicateFinder([])('a')).toBe(-1)
  })
})

describe('the index for many', () => {
  test('finds every equal text, and nothing below the threshold', () => {
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 40 }), sentence, thresholds, (texts, other, threshold) => {
        const index = new NearDuplicateIndex(texts, threshold)
        for (const text of [...texts.slice(0, 5), other]) {
          const found = index.find(text)
          const equal = texts.flatMap((each, at) => (similarityOf(each, text) === 1 ? [at] : []))
          expect(found.filter(({ similarity }) => similarity === 1).map((each) => each.index)).toEqual(equal)
          for (const { index: at, similarity } of found) {
            expect(similarity).toBe(similarityOf(texts[at] as string, text))
            expect(similarity).toBeGreaterThanOrEqual(threshold)
          }
        }
      }),
    )
  })

  test.each([0.5, 0.8, 0.95])('has bands that find a pair at %f, none wider', (threshold) => {
    const { bands, rows } = bandingFor(threshold)
    const found = (similarity: number) => 1 - (1 - similarity ** rows) ** bands
    expect(bands * rows).toBeLessThanOrEqual(SKETCH_SIZE)
    expect(found(threshold)).toBeGreaterThanOrEqual(0.999)
    // With one row more, too many would be missed.
    expect(1 - (1 - threshold ** (rows + 1)) ** Math.floor(SKETCH_SIZE / (rows + 1))).toBeLessThan(0.999)
  })
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Tokenizer } from './library.ts'
import { batchesOf } from './session.ts'
import { longestFirst, TokenCutter } from './tokens.ts'

/** Letters are tokens. Texts are framed as [ ], like RoBERTa's <s> </s>, and pairs as [one]][other]. */
const letters: Tokenizer = (text, { text_pair, add_special_tokens }) => {
  const ids = (part: string) => [...part].map((letter) => letter.charCodeAt(0))
  const input_ids = add_special_tokens
    ? [...ids('['), ...ids(text), ...ids(text_pair === undefined ? ']' : `]]${text_pair}]`)]
    : ids(text)
  return { input_ids }
}

const textOf = (ids: number[]) => String.fromCharCode(...ids)

test('special tokens stay around what is left of a text', () => {
  const cutter = new TokenCutter(letters, 7)
  expect(textOf(cutter.single('abc').ids)).toBe('[abc]')
  expect(textOf(cutter.single('abcdefgh').ids)).toBe('[abcde]')
  expect(cutter.single('abcde').isCut).toBe(false)
  expect(cutter.single('abcdef').isCut).toBe(true)
  expect(textOf(cutter.single('').ids)).toBe('[]')
  expect(textOf(cutter.pair('q', 'abcdefgh').ids)).toBe('[q]]ab]')
  expect(cutter.pair('q', 'abcdefgh')).toMatchObject({ types: [0, 0, 0, 0, 0, 0, 0], isCut: true })
})

test('no text is longer than allowed, and a text that fits is whole', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.string({ unit: 'grapheme-ascii' }),
      fc.integer({ min: 4, max: 40 }),
      (one, other, max) => {
        const cutter = new TokenCutter(letters, max)
        for (const [cut, whole] of [
          [cutter.single(one), `[${one}]`],
          [cutter.pair(one, other), `[${one}]]${other}]`],
        ] as const) {
          expect(cut.ids.length).toBe(Math.min(max, whole.length))
          expect(cut.isCut).toBe(whole.length > max)
          if (!cut.isCut) expect(textOf(cut.ids)).toBe(whole)
          expect(textOf(cut.ids).endsWith(']')).toBe(true)
        }
      },
    ),
  )
})

/** Follows the definition: removes one token at a time from the longer text, or from the second if both are equally long. */
function oneByOne(one: number, other: number, room: number): [number, number] {
  let [first, second] = [one, other]
  while (first + second > room) {
    if (first > second) first -= 1
    else second -= 1
  }
  return [first, second]
}

test('the longer of two texts gives way first', () => {
  const count = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(count, count, count, (one, other, room) => {
      const [kept, keptOther] = longestFirst(one, other, room)
      const [expected, expectedOther] = oneByOne(one, other, room)
      // Which of two equally long texts keeps the odd token is not specified.
      expect([kept, keptOther].toSorted((a, b) => a - b)).toEqual([expected, expectedOther].toSorted((a, b) => a - b))
      expect(Math.abs(kept - expected)).toBeLessThanOrEqual(1)
    }),
  )
})

test('every sequence runs once, longest first, in batches no larger than allowed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 })), fc.integer({ min: 1, max: 200 }), (lengths, tokens) => {
      const sequences = lengths.map((length) => ({ ids: Array.from({ length }, () => 1), types: [], isCut: false }))
      const batches = batchesOf(sequences, tokens)
      expect(batches.flat().toSorted((one, other) => one - other)).toEqual(lengths.map((_, at) => at))
      const order = batches.flat().map((at) => lengths[at] as number)
      expect(order).toEqual(lengths.toSorted((one, other) => other - one))
      for (const batch of batches) {
        if (batch.length > 1) expect(batch.length * (lengths[batch[0] as number] as number)).toBeLessThanOrEqual(tokens)
      }
    }),
  )
})

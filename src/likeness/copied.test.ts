import { array, assert, constantFrom, double, property } from 'fast-check'
import { expect, test } from 'vitest'
import { copiedShare, isCopied } from './copied.ts'

const SOURCE = 'Cats purr by twitching the muscles of the larynx, some 25 times in a second. Lions cannot.'

test.each([
  ['the text itself', SOURCE, 1],
  ['a part of it, in other case and marks', 'CATS purr — by twitching the muscles of the "larynx"', 1],
  ['a part of it and a few words', `${SOURCE} It is relevant.`, 14 / 17],
  ['own words', 'It says how cats make the sound, so it answers the question in full.', 0],
  [
    'own words around a quotation',
    'The document says that cats purr by twitching the muscles, so it does answer.',
    3 / 11,
  ],
  ['too few words to tell', 'Lions cannot.', 0],
  ['nothing', '', 0],
])('%s', (_name, said, share) => expect(copiedShare(said, SOURCE)).toBeCloseTo(share, 10))

test('characters of a script without spaces count as words', () => {
  const source = '猫は喉頭の筋肉を動かして喉を鳴らす。'
  expect(copiedShare(source, source)).toBe(1)
  expect(copiedShare('この文書は質問に答えていない。', source)).toBe(0)
})

test('a text is copied from a share of its runs on, whatever it says', () => {
  const words = array(constantFrom('cats', 'purr', 'by', 'the', 'larynx', 'own', 'e\u0301', '\u00e9', '猫', '—'), {
    maxLength: 24,
  })
  assert(
    property(words, words, double({ min: 0.01, max: 1, noNaN: true }), (said, source, share) => {
      const [one, other] = [said.join(' '), source.join(' ')]
      expect(isCopied(one, other, share)).toBe(copiedShare(one, other) >= share)
    }),
    { numRuns: 300 },
  )
})

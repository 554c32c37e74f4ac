import { expect, test } from 'vitest'
import { copiedShare } from './copied.ts'

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

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, graphemesOf, oneLine, padEnd, padStart, widthOf, wrap } from './text.ts'

const FAMILY = '👨‍👩‍👧‍👦'
const TONED_FAMILY = '👨🏽‍👩🏿‍👧🏽‍👦🏻'

test('nothing that could steer a terminal is left in a line', () => {
  expect(oneLine('a\u001b[31m b\r\n\tc\u202e d\u2028e')).toBe('a [31m b c d e')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})

test.each([
  ['a family', FAMILY, 2],
  ['a family of several skin tones', TONED_FAMILY, 2],
  ['a flag', '🇩🇪', 2],
  ['a keycap', '1️⃣', 2],
  ['a heart as an emoji', '❤️', 2],
  ['Chinese', '漢字', 4],
  ['Hangul', '한글', 4],
  ['Hangul in parts', '한글'.normalize('NFD'), 4],
  ['half-width kana', 'ｶﾅ', 2],
  ['full-width letters', 'ＡＢ', 4],
  ['an accent of its own', 'e\u0301', 1],
  ['many accents', `a${'\u0300'.repeat(20)}`, 1],
  ['a joiner', 'می\u200cخواهم', 7],
  ['a colour', '\u001b[1mbold\u001b[22m', 4],
  ['nothing', '', 0],
])('%s has its width', (_name, text, width) => {
  expect(widthOf(text)).toBe(width)
})

test('cuts to columns, not characters: a Chinese character takes two', () => {
  expect(cut('日本語の文章', 7)).toBe('日本語…')
  expect(cut('日本語', 6)).toBe('日本語')
  expect(cut('a longer sentence', 9)).toBe('a longer…')
  expect(cut('short', 9)).toBe('short')
})

test('cuts between what a reader takes for characters, never within', () => {
  expect(cut(`${FAMILY}${FAMILY}${FAMILY}`, 5)).toBe(`${FAMILY}${FAMILY}…`)
  expect(cut(TONED_FAMILY.repeat(4), 6)).toBe(`${TONED_FAMILY}${TONED_FAMILY}…`)
  expect(cut('cafe\u0301 crème', 5)).toBe('cafe\u0301…')
  const text = fc.string({ unit: fc.constantFrom('a', 'e\u0301', '漢', FAMILY, '🇩🇪', '한'.normalize('NFD'), ' ') })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (line, width) => {
      const whole = graphemesOf(oneLine(line))
      const kept = graphemesOf(cut(line, width).replace(/…$/, ''))
      expect(kept).toEqual(whole.slice(0, kept.length))
    }),
  )
})

test('no line is wider than it may be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 2, max: 100 }), (text, width) => {
      expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width)
    }),
  )
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  expect(wrap('unbreakableword x', 5)).toEqual(['unbreakableword', 'x'])
})

test('fills columns', () => {
  expect(padEnd('漢字', 6)).toBe('漢字  ')
  expect(padStart(FAMILY, 3)).toBe(` ${FAMILY}`)
  expect(padEnd('too long', 3)).toBe('too long')
})

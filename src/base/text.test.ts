import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, oneLine, widthOf, wrap } from './text.ts'

test('nothing that could steer a terminal is left in a line', () => {
  expect(oneLine('a\u001b[31m b\r\n\tc\u202e d\u2028e')).toBe('a [31m b c d e')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})

test('cuts to columns, not characters: a Chinese character takes two', () => {
  expect(cut('日本語の文章', 7)).toBe('日本語…')
  expect(cut('日本語', 6)).toBe('日本語')
  expect(cut('a longer sentence', 9)).toBe('a longer…')
  expect(cut('short', 9)).toBe('short')
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

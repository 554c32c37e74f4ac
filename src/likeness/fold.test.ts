import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold, foldedFinder, signature } from './fold.ts'

test.each([
  ['The  Sky\n', 'the sky'],
  ['“Smart” ‘quotes’', '"smart" \'quotes\''],
  ['an en–dash — and more', 'an en-dash - and more'],
  ['ﬁne print Ａ', 'fine print a'],
  ['e\u0301', 'é'],
])('%j folds to %j', (text, folded) => expect(fold(text)).toBe(folded))

test('different words stay different', () => expect(fold('a b')).not.toBe(fold('ab')))

const noisy = fc.string({ unit: fc.constantFrom(...'ab “”\'"–- \n\tÄäﬁ1'), maxLength: 90 })

test('texts that fold alike have equal signatures, or one has none', () => {
  fc.assert(
    fc.property(noisy, (text) => {
      const variant = text.toUpperCase().replaceAll(' ', '  ').replaceAll('"', '”')
      const [one, two] = [signature(text), signature(variant)]
      if (fold(text) === fold(variant) && one !== '' && two !== '') expect(two).toBe(one)
    }),
    { numRuns: 2000 },
  )
})

test('the finder finds exactly what folds alike', () => {
  fc.assert(
    fc.property(fc.array(noisy, { maxLength: 5 }), noisy, (texts, text) => {
      expect(foldedFinder(texts)(text)).toBe(texts.map(fold).indexOf(fold(text)))
    }),
  )
})

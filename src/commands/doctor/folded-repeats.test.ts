import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold } from '../../likeness/fold.ts'
import { foldedRepeats } from './folded-repeats.ts'

/** Finds the same repeats by folding everything. */
function byFolding(texts: string[]): { index: number; first: number }[] {
  const folded = texts.map(fold)
  return folded.flatMap((text, index) => {
    const first = folded.indexOf(text)
    return first < index ? [{ index, first }] : []
  })
}

const long = 'The quick brown fox jumps over the lazy dog, twice a day'
const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'yes',
    'Yes',
    '“yes”',
    '"yes"',
    'a—b',
    'a-b',
    long,
    long.toUpperCase(),
    `${long}.`,
    `\n${long}`,
  ),
  fc
    .tuple(fc.constantFrom(' ', '\u00a0\t', '\u200b'.repeat(45)), fc.constantFrom(long, 'yes'))
    .map((parts) => parts.join('')),
  fc.string({ maxLength: 60 }),
)

test('finds what folding every text whole finds', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
      const found = foldedRepeats(texts).sort((one, other) => one.index - other.index)
      expect(found).toEqual(byFolding(texts))
    }),
    { numRuns: 2000 },
  )
})

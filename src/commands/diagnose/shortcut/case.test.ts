// Which parts of a row are diagnosed.
import { describe, expect, it } from 'vitest'
import type { Passage } from '../../../rows/row.ts'
import { caseOf } from './case.ts'

describe('caseOf', () => {
  const passage = (text: string, label: 'positive' | 'negative', origin: 'given' | 'mined' | 'generated') => ({
    id: text,
    text,
    label,
    origin,
  })
  const row = (...passages: Passage[]) => ({ id: 'r', query: 'q', passages })

  it('parts negatives by origin, and says what a row lacks', () => {
    const positive = passage('p', 'positive', 'given')
    const [given, mined, written] = [
      passage('a', 'negative', 'given'),
      passage('b', 'negative', 'mined'),
      passage('c', 'negative', 'generated'),
    ]
    expect(caseOf(row(positive, given, mined, written))).toEqual({
      query: 'q',
      positives: ['p'],
      mined: ['a', 'b'],
      generated: ['c'],
    })
    const generation = { strategy: 'entity_shift', requirement: 'names it' }
    expect(
      caseOf(row(positive, mined, written, { ...passage('d', 'negative', 'generated'), generation })),
    ).toMatchObject({
      generated: ['c', 'd'],
      strategies: ['', 'entity_shift'],
    })
    expect(caseOf(row(positive, mined))).toBe('withoutGenerated')
    expect(caseOf(row(positive, written))).toBe('withoutMined')
    expect(caseOf(row(positive))).toBe('withoutNegatives')
    expect(caseOf(row(positive, passage('p', 'negative', 'generated'), mined))).toBe('withoutGenerated')
    expect(caseOf(row(positive, passage(' ', 'negative', 'mined'), written))).toBe('withoutMined')
  })
})

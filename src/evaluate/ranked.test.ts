import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ranked } from './ranked.ts'

describe('ranked', () => {
  const rank = (pairs: Record<string, number>, precision?: 'single' | 'double') =>
    ranked({ query: 'q', documents: Object.keys(pairs), scores: Object.values(pairs) }, precision)

  it('puts the highest score first, and of equal ones the last id', () => {
    expect(rank({ a: 1, b: 2, c: 2, d: -1, e: 2 })).toEqual(['e', 'c', 'b', 'a', 'd'])
  })

  it('takes scores for equal that are equal as 32-bit floats, unless told otherwise', () => {
    const close = { a: 0.123456782, b: 0.123456781 }
    expect(rank(close)).toEqual(['b', 'a'])
    expect(rank(close, 'double')).toEqual(['a', 'b'])
  })

  it('gives the same order for results in any order', () => {
    const pairs = fc.uniqueArray(
      fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.integer({ min: 0, max: 3 })),
      {
        selector: ([id]) => id,
      },
    )
    fc.assert(
      fc.property(pairs, (results) => {
        const order = (list: typeof results) =>
          ranked({ query: 'q', documents: list.map(([id]) => id), scores: list.map(([, score]) => score) })
        expect(order(results.toReversed())).toEqual(order(results))
      }),
    )
  })
})

describe('documents of one score', () => {
  it('stand in the reverse order of their UTF-8 bytes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '日', '\uffff', '\ue000', '😀', '🀄') })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = [a, b].toSorted((one, other) => Buffer.compare(Buffer.from(other), Buffer.from(one)))
        expect(ranked({ query: 'q', documents: [a, b], scores: [1, 1] })).toEqual(expected)
      }),
    )
  })
})

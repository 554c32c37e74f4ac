import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { ac2Of, agreementOf, agreementTable, kappaOf } from './agreement.ts'

test('the worked example of Cohen (1960): kappa .492 of 200 items in three categories', () => {
  const { items, observed, kappa } = agreementOf([
    [88, 14, 18],
    [10, 40, 10],
    [2, 6, 12],
  ])
  expect([items, observed]).toEqual([200, 0.7])
  expect(kappa).toBeCloseTo(0.4915, 4)
})

test('nearly all in one category: kappa falls to nothing, PABAK and AC1 do not', () => {
  const { observed, kappa, pabak, ac1 } = agreementOf([
    [118, 5],
    [2, 0],
  ])
  expect(observed).toBeCloseTo(0.944, 12)
  expect(kappa).toBeCloseTo(-0.0234, 4)
  expect(pabak).toBeCloseTo(0.888, 12)
  // Gwet (2008), table 2: AC1 = .9408.
  expect(ac1).toBeCloseTo(0.9408, 4)
})

test('full agreement is 1, and undecidable for kappa if there is one category only', () => {
  expect(
    agreementOf([
      [3, 0],
      [0, 4],
    ]),
  ).toEqual({ items: 7, observed: 1, kappa: 1, pabak: 1, ac1: 1 })
  expect(
    agreementOf([
      [7, 0],
      [0, 0],
    ]),
  ).toEqual({ items: 7, observed: 1, kappa: null, pabak: 1, ac1: 1 })
  expect(
    agreementOf([
      [0, 0],
      [0, 0],
    ]).observed,
  ).toBe(0)
})

test('the raters can change places, and nothing exceeds 1', () => {
  const pair = fc.tuple(fc.nat(2), fc.nat(2))
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
      const one = agreementOf(agreementTable(pairs, 3))
      const other = agreementOf(
        agreementTable(
          pairs.map(([a, b]) => [b, a] as const),
          3,
        ),
      )
      expect(one.ac1).toBeCloseTo(other.ac1, 9)
      if (one.kappa !== null) expect(one.kappa).toBeCloseTo(other.kappa as number, 9)
      for (const value of [one.kappa ?? 0, one.pabak, one.ac1]) expect(value).toBeLessThanOrEqual(1 + 1e-12)
    }),
  )
})

describe('ordered categories', () => {
  /** The grades of 23 items by two raters, 0 to 3. */
  const table = [
    [5, 2, 0, 0],
    [1, 3, 2, 0],
    [0, 1, 4, 1],
    [0, 0, 1, 3],
  ]

  it('give the weighted kappas of Cohen (1968), as sklearn 1.9 prints them', () => {
    expect(kappaOf(table, 'unweighted')).toBeCloseTo(0.5318066157760815, 12)
    expect(kappaOf(table, 'linear')).toBeCloseTo(0.7079365079365079, 12)
    expect(kappaOf(table, 'quadratic')).toBeCloseTo(0.847682119205298, 12)
  })

  it('give AC2 as irrCAC prints it, and AC1 without weights', () => {
    expect(ac2Of(table, 'unweighted')).toBeCloseTo(0.53788196, 8)
    expect(agreementOf(table).ac1).toBe(ac2Of(table, 'unweighted'))
    expect(ac2Of(table, 'linear')).toBeCloseTo(0.72585051, 8)
    expect(ac2Of(table, 'quadratic')).toBeCloseTo(0.86463953, 8)
  })

  it('of two are the same with any weighting', () => {
    const two = [
      [20, 5],
      [10, 15],
    ]
    // Kappa .4: observed .7, chance .5.
    for (const each of ['unweighted', 'linear', 'quadratic'] as const) expect(kappaOf(two, each)).toBeCloseTo(0.4, 12)
  })

  it('with weights are as if an item were there as often', () => {
    const pairs: [number, number][] = [
      [0, 0],
      [0, 1],
      [2, 1],
    ]
    expect(agreementTable(pairs, 3, [1, 2, 0.5])).toEqual([
      [1, 2, 0],
      [0, 0, 0],
      [0, 0.5, 0],
    ])
  })
})

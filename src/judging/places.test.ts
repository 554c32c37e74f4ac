import { describe, expect, it } from 'vitest'
import { randomFrom } from '../base/random.ts'
import { ordersIn, placesIn } from './places.ts'

const listWith = (size: number, ...named: number[]) =>
  Array.from({ length: size }, (_all, at) => named.includes(at + 1))

describe('places', () => {
  it("is Cochran's Q for lists of one length", () => {
    // Q = (k - 1)(k ΣG² - N²) / (kN - ΣL²) with k = 3 places: G = 4, 1, 1, every list names one.
    const lists = [...Array.from({ length: 4 }, () => listWith(3, 1)), listWith(3, 2), listWith(3, 3)]
    const q = (2 * (3 * (16 + 1 + 1) - 36)) / (3 * 6 - 6)
    expect(placesIn(lists)).toMatchObject({ place: 1, named: { hits: 4, of: 6 } })
    expect(placesIn(lists)?.p).toBeCloseTo(Math.exp(-q / 2), 10)
  })

  it('finds the place that is always named, in lists of any length', () => {
    const lists = Array.from({ length: 10 }, (_all, at) => listWith(3 + (at % 5), 2))
    expect(placesIn(lists)).toMatchObject({ place: 2, named: { hits: 10, of: 10 } })
    expect(placesIn(lists)?.p).toBeLessThan(0.001)
  })

  it('says nothing where all or none are named', () => {
    expect(placesIn([listWith(3), listWith(3, 1, 2, 3)])).toBeNull()
    expect(placesIn([])).toBeNull()
  })

  it('is below .001 about once in a thousand times where nothing is preferred', () => {
    const random = randomFrom(5)
    const lists = () =>
      Array.from({ length: 40 }, (_all, at) => {
        const size = 5 + (at % 3)
        return listWith(size, ...Array.from({ length: 1 + (at % 2) }, () => 1 + Math.floor(random() * size)))
      })
    const low = Array.from({ length: 2000 }, lists).filter((each) => (placesIn(each)?.p ?? 1) < 0.001).length
    expect(low).toBeLessThanOrEqual(8)
  })
})

describe('orders', () => {
  it('finds rankings that give the order shown back, and those that turn it round', () => {
    const given = [1, 2, 3, 4]
    expect(ordersIn([given, given, given])).toMatchObject({ same: { hits: 3, of: 3 }, isOpposite: false })
    expect(ordersIn([given, given, given])?.p).toBeCloseTo(2 / 24 ** 3, 10)
    expect(ordersIn([given.toReversed(), [2, 1]])).toMatchObject({ same: { hits: 2 }, isOpposite: true })
    expect(ordersIn([[2, 1, 3]])).toMatchObject({ same: { hits: 0, of: 1 }, p: 1 })
    expect(ordersIn([[1]])).toBeNull()
  })
})

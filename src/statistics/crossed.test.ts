import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repetitions } from '../../test/support/repetitions.ts'
import { randomFrom } from '../base/random.ts'
import { componentsOf, crossedEffect, type SeedValues } from './crossed.ts'
import { bothTails, normalBelow, normalQuantile, tQuantile } from './distributions.ts'
import { holm } from './holm.ts'
import { seedsFor, smallestEffect } from './smallest-effect.ts'

const normalFrom = (seed: number) => {
  const random = randomFrom(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

interface World {
  queries: number
  seeds: number
  spread: { queries: number; seeds: number; cells: number }
}

/** Simulates values of one set with these standard deviations and a mean. */
function simulated({ queries, seeds, spread }: World, mean: number, normal: () => number): number[][] {
  const ofQueries = Array.from({ length: queries }, () => normal() * spread.queries)
  return Array.from({ length: seeds }, () => {
    const ofSeed = normal() * spread.seeds
    return ofQueries.map((ofQuery) => mean + ofQuery + ofSeed + normal() * spread.cells)
  })
}

describe('distributions', () => {
  it('have the values of the tables', () => {
    expect(tQuantile(0.975, 4)).toBeCloseTo(2.776445, 6)
    expect(tQuantile(0.975, 1)).toBeCloseTo(12.706205, 5)
    expect(tQuantile(0.05, 10)).toBeCloseTo(-1.812461, 6)
    expect(bothTails(2, 7)).toBeCloseTo(0.0856193, 6)
    expect(normalQuantile(0.8)).toBeCloseTo(0.841621, 6)
    expect(normalBelow(-1.959964)).toBeCloseTo(0.025, 6)
    expect(normalBelow(1)).toBeCloseTo(0.841345, 6)
  })
})

describe('crossedEffect', () => {
  // Cases in which queries dominate, seeds dominate, neither does, and with several sets at once.
  const worlds: [string, World, number][] = [
    ['queries', { queries: 80, seeds: 5, spread: { queries: 0.1, seeds: 0.002, cells: 0.05 } }, 1],
    ['seeds', { queries: 80, seeds: 5, spread: { queries: 0.02, seeds: 0.03, cells: 0.05 } }, 1],
    ['single pairs', { queries: 80, seeds: 5, spread: { queries: 0, seeds: 0, cells: 0.2 } }, 1],
    ['two sets', { queries: 50, seeds: 5, spread: { queries: 0.1, seeds: 0.01, cells: 0.1 } }, 2],
  ]
  it.each(worlds)('holds its level and covers where %s make the difference', (_name, world, sets) => {
    const normal = normalFrom(3)
    const runs = repetitions(40, 80, 120)
    let [rejected, covered] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const { p, interval } = crossedEffect(Array.from({ length: sets }, () => simulated(world, 0, normal)))
      if (p < 0.05) rejected += 1
      if (interval.low <= 0 && interval.high >= 0) covered += 1
    }
    expect(rejected / runs).toBeLessThanOrEqual(0.1)
    expect(covered / runs).toBeGreaterThanOrEqual(0.9)
  })

  it('holds its level where hardly any query moves, and with some seeds only', () => {
    const random = randomFrom(7)
    const sign = () => (random() < 0.5 ? 1 : -1)
    // Either different queries move with every seed, or the same queries move, each with half of the seeds.
    const shifting = () =>
      Array.from({ length: 5 }, () => Array.from({ length: 40 }, () => (random() < 0.01 ? sign() : 0)))
    const staying = () => {
      const moves = Array.from({ length: 100 }, () => (random() < 0.06 ? sign() : 0))
      return Array.from({ length: 5 }, () => moves.map((move) => (random() < 0.5 ? move : 0)))
    }
    const runs = repetitions(50, 100, 150)
    for (const make of [shifting, staying]) {
      const rejected = Array.from({ length: runs }, () => crossedEffect([make()]).p < 0.05).filter(Boolean).length
      expect(rejected / runs).toBeLessThanOrEqual(0.07)
    }
  })

  it('does not make a finding of two queries that move with different seeds', () => {
    const values = [0, 0, 0, 1, 1].map((which) => Array.from({ length: 300 }, (_, query) => Number(query === which)))
    const { p, interval } = crossedEffect([values])
    expect(p).toBeGreaterThan(0.2)
    expect(interval.low).toBeLessThan(0)
  })

  it('gives no smaller p-value than as many coins could, and an interval that agrees', () => {
    const moved = (queries: number) =>
      crossedEffect([
        Array.from({ length: 5 }, () => Array.from({ length: 300 }, (_, query) => Number(query < queries))),
      ])
    for (const queries of [1, 2, 3, 4, 5]) {
      const { p, interval } = moved(queries)
      expect(p).toBeGreaterThanOrEqual(2 ** (1 - queries))
      expect(interval.low).toBeLessThanOrEqual(0)
      expect(interval.high).toBeGreaterThan(queries / 300)
    }
    expect(moved(8).p).toBeLessThan(0.05)
    expect(moved(8).interval.low).toBeGreaterThan(0)
    const same = Array.from({ length: 5 }, () => [1, 1])
    expect(crossedEffect([same])).toMatchObject({ mean: 1, p: 0.5, interval: { low: 0, high: 1 } })
    expect(crossedEffect([same, same, same]).p).toBe(2 ** -5)
  })

  it('finds the smallest effect in about four of five cases', () => {
    const world = worlds[1]?.[1] as World
    const { queries, seeds, cells } = world.spread
    const components = { queries: queries ** 2, seeds: seeds ** 2, cells: cells ** 2 }
    const effect = smallestEffect({ sets: [{ queries: world.queries, components }], seeds: world.seeds })
    const normal = normalFrom(9)
    const found = Array.from({ length: 120 }, () => crossedEffect([simulated(world, effect, normal)]).p < 0.05)
    const power = found.filter(Boolean).length / found.length
    expect(power).toBeGreaterThan(0.68)
    expect(power).toBeLessThan(0.92)
  })

  it('is about as wide as t would be where five seeds make all the difference', () => {
    const values = [-2, -1, 0, 1, 2].map((ofSeed) =>
      Array.from({ length: 50 }, (_, query) => ofSeed + (query % 2) / 1000),
    )
    const { interval, standardError, degrees } = crossedEffect([values])
    expect(standardError).toBeCloseTo(Math.sqrt(2.5 / 5), 4)
    expect(degrees).toBeCloseTo(4, 4)
    const width = (interval.high - interval.low) / (2 * tQuantile(0.975, 4) * standardError)
    expect(width).toBeGreaterThan(0.88)
    expect(width).toBeLessThan(1)
  })

  it('is as wide as its standard error says where single pairs make the difference and seeds cancel them', () => {
    const normal = normalFrom(4)
    const world = { queries: 300, seeds: 5, spread: { queries: 0.1, seeds: 0, cells: 0.3 } }
    const values = simulated(world, 0, normal).map((each) => {
      const mean = each.reduce((sum, value) => sum + value, 0) / each.length
      return each.map((value) => value - mean)
    })
    const { interval, standardError, degrees } = crossedEffect([values])
    const ofQueries = Array.from(
      { length: 300 },
      (_, query) => values.reduce((sum, each) => sum + (each[query] as number), 0) / 5,
    )
    const own = Math.sqrt(ofQueries.reduce((sum, value) => sum + value ** 2, 0) / 299 / 300)
    expect(standardError / own).toBeLessThan(0.85)
    const width = (interval.high - interval.low) / (2 * tQuantile(0.975, degrees) * standardError)
    expect(width).toBeGreaterThan(0.94)
    expect(width).toBeLessThan(1.06)
    // Shifted so far that the interval begins at 0.
    const atEdge = values.map((each) => each.map((value) => value - interval.low))
    expect(crossedEffect([atEdge]).p).toBeCloseTo(0.05, 2)
  })

  it('draws the seeds once for all sets: what they do to one does not average out with what they do to the next', () => {
    const values = [-2, -1, 0, 1, 2].map((ofSeed) =>
      Array.from({ length: 50 }, (_, query) => ofSeed + (query % 2) / 1000),
    )
    expect(crossedEffect([values, values]).standardError).toBeCloseTo(Math.sqrt(2.5 / 5), 4)
    expect(crossedEffect([values, values.toReversed()]).standardError).toBeLessThan(0.001)
  })

  it('does not take queries times seeds for independent values', () => {
    const normal = normalFrom(5)
    const one = simulated({ queries: 60, seeds: 1, spread: { queries: 0.1, seeds: 0, cells: 0 } }, 0.01, normal)
    const copies: SeedValues = Array.from({ length: 20 }, () => one[0] as number[])
    const few = crossedEffect([copies.slice(0, 5)])
    const many = crossedEffect([copies])
    expect(many.standardError).toBeCloseTo(few.standardError, 12)
    const values = one[0] as number[]
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
    expect(few.standardError).toBeCloseTo(Math.sqrt(variance / values.length), 12)
  })

  const matrices = fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 12 })).chain(([seeds, queries]) =>
    fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: queries, maxLength: queries }), {
      minLength: seeds,
      maxLength: seeds,
    }),
  )

  it('says the same twice, turns round with its sign, and has p below .05 only where 0 is outside', () => {
    fc.assert(
      fc.property(matrices, (values) => {
        const effect = crossedEffect([values])
        expect(crossedEffect([values])).toEqual(effect)
        const turned = crossedEffect([values.map((each) => each.map((value) => -value))])
        expect(turned.mean).toBeCloseTo(-effect.mean, 12)
        expect(turned.standardError).toBeCloseTo(effect.standardError, 12)
        expect(effect.interval.low).toBeLessThanOrEqual(effect.interval.high)
        const isOutside = effect.interval.low > 0 || effect.interval.high < 0
        if (effect.p < 0.045) expect(isOutside).toBe(true)
        if (effect.p > 0.055) expect(isOutside).toBe(false)
      }),
      { numRuns: 25 },
    )
  })

  it('has no doubt where nothing varies, and refuses what says nothing', () => {
    expect(
      crossedEffect([
        [
          [0, 0],
          [0, 0],
        ],
      ]),
    ).toMatchObject({ mean: 0, p: 1, interval: { low: 0, high: 0 } })
    expect(() => crossedEffect([[[1, 2]]])).toThrow(RangeError)
    expect(() => crossedEffect([[[1], [2]]])).toThrow(RangeError)
    expect(() => crossedEffect([])).toThrow(RangeError)
  })
})

describe('componentsOf', () => {
  it('takes the variances apart', () => {
    const world = { queries: 400, seeds: 40, spread: { queries: 0.2, seeds: 0.05, cells: 0.1 } }
    const found = componentsOf(simulated(world, 0, normalFrom(2)))
    expect(Math.sqrt(found.queries)).toBeCloseTo(0.2, 1)
    expect(Math.sqrt(found.cells)).toBeCloseTo(0.1, 2)
    expect(Math.sqrt(found.seeds)).toBeGreaterThan(0.035)
    expect(Math.sqrt(found.seeds)).toBeLessThan(0.065)
  })
})

describe('smallestEffect', () => {
  const components = { queries: 0.01, seeds: 0.00001, cells: 0.01 }
  it('shrinks with queries, seeds and sets', () => {
    const of = (queries: number, seeds: number, sets = 1) =>
      smallestEffect({ sets: Array.from({ length: sets }, () => ({ queries, components })), seeds })
    expect(of(400, 5)).toBeLessThan(of(100, 5))
    expect(of(100, 20)).toBeLessThan(of(100, 5))
    expect(of(100, 5, 2)).toBeLessThan(of(100, 5))
    // If seeds make all the difference, more sets with the same seeds add no information.
    const ofSeeds = { queries: 100, components: { queries: 0, seeds: 0.0001, cells: 0 } }
    const [alone, three] = [[ofSeeds], [ofSeeds, ofSeeds, ofSeeds]].map((sets) => smallestEffect({ sets, seeds: 5 }))
    expect(three).toBeCloseTo(alone as number, 12)
    expect(smallestEffect({ sets: [{ queries: 10, components: { queries: 0, seeds: 0, cells: 0 } }], seeds: 5 })).toBe(
      0,
    )
  })

  it('says how many seeds are needed, or that seeds are not enough', () => {
    const sets = [{ queries: 1000, components: { queries: 0.002, seeds: 0.0001, cells: 0.01 } }]
    const seeds = seedsFor(0.01, { sets }, 5) as number
    expect(smallestEffect({ sets, seeds })).toBeLessThanOrEqual(0.01)
    expect(smallestEffect({ sets, seeds: seeds - 1 })).toBeGreaterThan(0.01)
    expect(seedsFor(0.01, { sets: [{ queries: 50, components }] }, 5)).toBeUndefined()
  })
})

describe('holm', () => {
  it('adjusts as Holm does', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    ;[0.03, 0.06, 0.06, 0.02].forEach((value, index) => expect(adjusted[index]).toBeCloseTo(value, 12))
    expect(holm([0.9, 0.8])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })
})

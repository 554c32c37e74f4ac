// The statistics of diagnose against naive counts, closed forms and planted sources.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { aucOf, meanAuc } from './auc.ts'
import type { Similarities } from './case.ts'
import { pureClusters } from './clusters.ts'
import { deadShares } from './dead.ts'
import { histogramOf } from './histogram.ts'
import { kMeans } from './k-means.ts'
import { mutualInformation } from './mutual-information.ts'
import { againstChance, withinRows } from './permutation.ts'
import { standardised } from './standardise.ts'

const similarity = fc.double({ min: -1, max: 1, noNaN: true })
const coarse = fc.integer({ min: -3, max: 3 }).map((value) => value / 4)
const some = (of: fc.Arbitrary<number>) => fc.array(of, { minLength: 1, maxLength: 8 })
const rowOf = (of: fc.Arbitrary<number>) => fc.record({ mined: some(of), generated: some(of), positives: some(of) })
const CHANCE = { permutations: 199, seed: 5 }

/** Makes rows of similarities without any difference between the sources. */
function plainRows(seed: number, count: number, mined = 7, generated = 3): Similarities[] {
  const random = randomFrom(seed)
  const draw = (length: number) => Array.from({ length }, () => random())
  return Array.from({ length: count }, () => ({ mined: draw(mined), generated: draw(generated), positives: draw(1) }))
}

describe('AUC', () => {
  it('is the naive count, ties half', () => {
    fc.assert(
      fc.property(rowOf(coarse), ({ mined, generated }) => {
        let sum = 0
        for (const one of generated) for (const other of mined) sum += one > other ? 1 : one === other ? 0.5 : 0
        expect(aucOf({ mined, generated })).toBeCloseTo(sum / (mined.length * generated.length), 12)
      }),
    )
  })

  it('is .5 exactly where the generated are copies of the mined, 0 where all of them are lower', () => {
    fc.assert(
      fc.property(some(similarity), (mined) => {
        expect(aucOf({ mined, generated: mined })).toBe(0.5)
      }),
    )
    expect(aucOf({ mined: [2, 3], generated: [1] })).toBe(0)
  })

  it('is a mean over queries, not over rows', () => {
    const [low, high] = [
      { mined: [1], generated: [0] },
      { mined: [0], generated: [1] },
    ]
    const { mean, queries, interval } = meanAuc(['a', 'a', 'A ', 'b'], [low, low, low, high])
    expect({ mean, queries }).toEqual({ mean: 0.5, queries: 2 })
    expect(interval).toEqual({ low: 0, high: 1 })
    expect(meanAuc(['a'], [high]).interval).toBeNull()
    expect(() => meanAuc([], [])).toThrow(RangeError)
  })
})

describe('permutations within rows', () => {
  it('call as many negatives of each row generated as there are, and no negative twice', () => {
    const shapes = fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 9 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    )
    fc.assert(
      fc.property(shapes, fc.integer(), (given, seed) => {
        const rows = given.map(({ size, share }) => ({ size, generated: Math.round(size * share) }))
        const draw = withinRows(rows, seed)
        for (let round = 0; round < 3; round++) {
          const taken: number[] = []
          draw((place) => taken.push(place))
          expect(new Set(taken).size).toBe(taken.length)
          let start = 0
          for (const { size, generated } of rows) {
            expect(taken.filter((place) => place >= start && place < start + size)).toHaveLength(generated)
            start += size
          }
        }
      }),
    )
  })

  it('are all alike likely', () => {
    const draw = withinRows([{ size: 4, generated: 2 }], 3)
    const counts = new Map<string, number>()
    for (let round = 0; round < 6000; round++) {
      const taken: number[] = []
      draw((place) => taken.push(place))
      const key = taken.sort().join()
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  it('give a p that is never 0', () => {
    expect(againstChance(1, [0, 0, 0])).toEqual({ observed: 1, chance: 0, p: 0.25 })
    expect(againstChance(0, [0, 1, 2]).p).toBe(1)
  })
})

describe('mutual information', () => {
  it('is the entropy of the source where similarity tells it, 0 for copies', () => {
    const rows = Array.from({ length: 50 }, (_, at) => ({
      mined: [1 + at, 2 + at],
      generated: [-2 - at, -1 - at],
      positives: [9],
    }))
    const told = mutualInformation(rows, CHANCE)
    expect(told).toMatchObject({ entropy: 1, p: 1 / 200 })
    expect(told.observed).toBeCloseTo(1, 12)
    expect(told.chance).toBeLessThan(0.1)
    const uneven = Array.from({ length: 50 }, () => ({ mined: [5, 5, 5], generated: [0], positives: [] }))
    const { observed, entropy } = mutualInformation(uneven, CHANCE)
    expect(entropy).toBeCloseTo(0.25 * 2 + 0.75 * Math.log2(4 / 3), 12)
    expect(observed).toBeCloseTo(entropy, 12)
    const copies = plainRows(3, 80, 4, 4).map((row) => ({ ...row, generated: row.mined }))
    expect(mutualInformation(copies, CHANCE)).toMatchObject({ observed: 0, p: 1 })
  })

  it('is as by hand', () => {
    // Every second row has its generated negative on top: the low and high bins hold 15 + 5 and 5 + 15.
    const rows = Array.from({ length: 20 }, (_, at) => ({
      mined: [at % 4 === 0 ? 0 : 1],
      generated: [at % 4 === 0 ? 1 : 0],
      positives: [],
    }))
    const expected = 2 * (0.375 * Math.log2(1.5) + 0.125 * Math.log2(0.5))
    expect(mutualInformation(rows, CHANCE).observed).toBeCloseTo(expected, 12)
  })

  it('is not moved by what differs between queries alone', () => {
    const rows = plainRows(8, 60)
    const moved = rows.map(({ mined, generated, positives }, at) => {
      const move = (values: readonly number[]) => values.map((value) => value * (1 + at) + 100 * at)
      return { mined: move(mined), generated: move(generated), positives: move(positives) }
    })
    const [one, other] = [mutualInformation(rows, CHANCE), mutualInformation(moved, CHANCE)]
    expect(other.observed).toBeCloseTo(one.observed, 9)
    expect(other.p).toBeCloseTo(one.p, 9)
  })

  it('is no news where rows differ in shape and in shares of the sources: sources are permuted within rows alone', () => {
    const random = randomFrom(31)
    // Rows of mostly generated negatives have one far above the others, whichever it is; rows of mostly mined ones have none.
    const rows = Array.from({ length: 150 }, (_, at) => {
      const [isSkewed, place] = [at % 2 === 0, Math.floor(random() * 10)]
      const values = Array.from({ length: 10 }, (_each, index) => (isSkewed && index === place ? 50 : random()))
      const generated = isSkewed ? 9 : 1
      return { mined: values.slice(generated), generated: values.slice(0, generated), positives: [] }
    })
    const { observed, chance, p } = mutualInformation(rows, CHANCE)
    expect(observed).toBeGreaterThan(0.1)
    expect(Math.abs(observed - chance)).toBeLessThan(0.02)
    expect(p).toBeGreaterThan(0.05)
  })

  it('has a p that is even where the sources do not differ, with rows of different shapes', () => {
    const ps = Array.from({ length: 120 }, (_, seed) => {
      const rows = [...plainRows(seed, 15, 6, 1), ...plainRows(seed + 1000, 15, 2, 4)]
      return mutualInformation(rows, { permutations: 99, seed: seed + 7 }).p
    })
    for (const bound of [0.25, 0.5, 0.75]) {
      const below = ps.filter((p) => p <= bound).length / ps.length
      expect(Math.abs(below - bound)).toBeLessThan(0.13)
    }
    expect(mutualInformation(plainRows(1, 10), CHANCE)).toEqual(mutualInformation(plainRows(1, 10), CHANCE))
  })
})

describe('standardised', () => {
  it('gives each row mean 0 and spread 1', () => {
    fc.assert(
      fc.property(rowOf(coarse), (row) => {
        const { mined, generated } = standardised(row)
        const all = [...mined, ...generated]
        const mean = all.reduce((sum, value) => sum + value, 0) / all.length
        expect(mean).toBeCloseTo(0, 9)
        const spread = Math.sqrt(all.reduce((sum, value) => sum + value ** 2, 0) / all.length)
        expect(all.every((value) => value === 0) || Math.abs(spread - 1) < 1e-9).toBe(true)
      }),
    )
    expect(standardised({ mined: [0.1, 0.1], generated: [0.1], positives: [0.7] }).positives).toEqual([0])
  })
})

describe('histogram', () => {
  it('holds every passage once', () => {
    fc.assert(
      fc.property(fc.array(rowOf(similarity), { minLength: 1, maxLength: 5 }), (rows) => {
        const { mined, generated, positives } = histogramOf(rows)
        for (const shares of [mined, generated, positives]) {
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
          expect(shares).toHaveLength(mined.length)
        }
      }),
    )
  })

  it('puts values where they are', () => {
    const { from, width, generated, mined } = histogramOf([{ mined: [1, 1], generated: [-1, -1], positives: [1] }])
    expect(from + width * generated.indexOf(1)).toBe(-1)
    expect(from + width * mined.indexOf(1)).toBe(1)
  })
})

describe('dead negatives', () => {
  it('have less than a tenth of an even share of the softmax', () => {
    const far = (share: number) => Math.log(share)
    // Weights 1, 1, 1 and w: w / (3 + w) < 0.1 / 4 exactly if w < 3 / 39.
    const edge = 3 / 39
    expect(deadShares({ mined: [0, 0, 0], generated: [far(edge * 0.999)] }, 1)).toEqual({ mined: 0, generated: 1 })
    expect(deadShares({ mined: [0, 0, 0], generated: [far(edge * 1.001)] }, 1)).toEqual({ mined: 0, generated: 0 })
    expect(deadShares({ mined: [-0.9, 0.9], generated: [0.8] }, 0.05).mined).toBe(0.5)
  })

  it('do not depend on where similarities begin', () => {
    fc.assert(
      fc.property(rowOf(coarse), coarse, (row, by) => {
        const move = (values: readonly number[]) => values.map((value) => value + by)
        const moved = { mined: move(row.mined), generated: move(row.generated) }
        expect(deadShares(moved, 0.3)).toEqual(deadShares(row, 0.3))
      }),
    )
  })
})

/** Makes vectors of the negatives of rows, generated first; `shift` moves the generated ones, `spread` moves whole rows. */
function vectorsOf(seed: number, rows: number, { shift = 0, spread = 0, copies = false } = {}) {
  const random = randomFrom(seed)
  const [dimensions, generated, size] = [8, 3, 6]
  const around = () => random() + random() + random() - 1.5
  const vectors = new Float32Array(rows * size * dimensions)
  for (let row = 0; row < rows; row++) {
    const middle = Array.from({ length: dimensions }, () => around() * spread)
    for (let at = 0; at < size; at++) {
      for (let dimension = 0; dimension < dimensions; dimension++) {
        const own = around() * 0.3 + (middle[dimension] as number)
        vectors[(row * size + at) * dimensions + dimension] = own + (at < generated && dimension === 0 ? shift : 0)
      }
    }
    if (copies) {
      const start = row * size * dimensions
      vectors.copyWithin(start + generated * dimensions, start, start + generated * dimensions)
    }
  }
  return { vectors, dimensions, rows: Array.from({ length: rows }, () => ({ size, generated })) }
}

describe('source-pure clusters', () => {
  it('hold the generated where these are moved one way, whatever the queries', () => {
    const { observed, p, chance } = pureClusters(vectorsOf(1, 100, { shift: 3, spread: 5 }), CHANCE)
    expect(observed).toBeGreaterThan(0.9)
    expect(chance).toBeLessThan(0.05)
    expect(p).toBe(1 / 200)
  })

  it('hold none where only the queries differ, or the generated are copies', () => {
    expect(pureClusters(vectorsOf(2, 100, { spread: 5 }), CHANCE).observed).toBeLessThan(0.05)
    expect(pureClusters(vectorsOf(2, 100, { spread: 5, copies: true }), CHANCE).observed).toBe(0)
  })

  it('follow from the seed', () => {
    const run = (seed: number) => pureClusters(vectorsOf(3, 60, { shift: 1 }), { ...CHANCE, seed })
    expect(run(4)).toEqual(run(4))
  })

  it('are those of k-means: groups that lie apart are found', () => {
    const vectors = Float32Array.from([0, 0, 0.1, 0, 9, 9, 9.1, 9, -9, 4, -9, 4.1])
    const [a, b, c, d, e, f] = kMeans(vectors, 2, 3, 1)
    expect([a === b, c === d, e === f, new Set([a, c, e]).size]).toEqual([true, true, true, 3])
    expect(kMeans(new Float32Array(8), 2, 3, 1)).toHaveLength(4)
  })
})

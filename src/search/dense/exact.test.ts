import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, asyncProperty, integer } from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { randomFrom } from '../../../test/support/random.ts'
import { searchExactly } from './exact.ts'
import { buildGraph, openGraph } from './graph.ts'
import { openVectors } from './vector-file.ts'

const random = (seed: number, count: number, dimensions: number) => {
  const next = randomFrom(seed)
  return Float32Array.from({ length: count * dimensions }, () => next() - 0.5)
}

function fileOf(numbers: Float32Array, dimensions: number) {
  const path = join(tempDir(), 'v.f32')
  writeFileSync(path, numbers)
  const vectors = openVectors(path, dimensions, numbers.length / dimensions)
  onTestFinished(() => vectors.close())
  return vectors
}

const scoreOf = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, at) => sum + value * (other[at] as number), 0)
const rowOf = (all: Float32Array, dimensions: number, row: number) =>
  all.slice(row * dimensions, (row + 1) * dimensions)

/** Ranks all rows except zeros, best first, in float64. */
function naive(all: Float32Array, query: Float32Array, depth: number) {
  const { length: dimensions } = query
  return Array.from({ length: all.length / dimensions }, (_each, ordinal) => ({
    ordinal,
    row: rowOf(all, dimensions, ordinal),
  }))
    .filter(({ row }) => row.some((value) => value !== 0))
    .map(({ ordinal, row }) => ({ ordinal, score: scoreOf(query, row) }))
    .toSorted((one, other) => other.score - one.score || one.ordinal - other.ordinal)
    .slice(0, depth)
}

test('finds what a search of all by hand finds', async () => {
  const size = integer({ min: 0, max: 60 })
  await assert(
    asyncProperty(
      integer(),
      size,
      integer({ min: 1, max: 5 }),
      size,
      integer({ min: 1, max: 33 }),
      async (seed, count, queryCount, depth, dimensions) => {
        const [all, queries] = [random(seed, count, dimensions), random(seed + 1, queryCount, dimensions)]
        const found = await searchExactly(fileOf(all, dimensions), queries, depth)
        found.forEach(({ ordinals, scores }, query) => {
          const expected = naive(all, rowOf(queries, dimensions, query), depth)
          expect(scores.length).toBe(expected.length)
          // Two scores that differ only in the last digit may swap places.
          expected.forEach(({ score }, at) => expect(scores[at]).toBeCloseTo(score, 5))
          ordinals.forEach((ordinal, at) =>
            expect(scores[at]).toBeCloseTo(
              scoreOf(rowOf(queries, dimensions, query), rowOf(all, dimensions, ordinal)),
              5,
            ),
          )
          expect(new Set(ordinals).size).toBe(ordinals.length)
        })
      },
    ),
    { numRuns: 60 },
  )
})

test.each([1, 30, 300, 3000])(
  'where the last place is tied, the first in the file have it, at depth %i',
  async (depth) => {
    const [all, query] = [random(7, 5000, 3).map((value) => Math.round(value * 2 + 2)), Float32Array.from([1, -1, 2])]
    const [found] = await searchExactly(fileOf(all, 3), query, depth)
    expect(Array.from(found?.ordinals ?? [])).toEqual(naive(all, query, depth).map(({ ordinal }) => ordinal))
  },
)

describe('more than one block', () => {
  const [count, dimensions] = [20_000, 4]
  /** Draws few distinct whole numbers, so that most scores are exact and tied. */
  const coarse = (seed: number, rows: number) => random(seed, rows, dimensions).map((value) => Math.round(value * 2))

  test.each([1, 7, 100, 9000, 20_000])('equal scores come in the order of the file, at depth %i', async (depth) => {
    const [all, queries] = [coarse(1, count), coarse(2, 3)]
    const found = await searchExactly(fileOf(all, dimensions), queries, depth)
    found.forEach(({ ordinals, scores }, query) => {
      const expected = naive(all, rowOf(queries, dimensions, query), depth)
      expect(Array.from(ordinals)).toEqual(expected.map(({ ordinal }) => ordinal))
      expect(Array.from(scores)).toEqual(expected.map(({ score }) => score + 0))
    })
  })

  test('more queries than usearch is given at a time', async () => {
    const [all, queries] = [random(3, count, dimensions), random(4, 1100, dimensions)]
    const found = await searchExactly(fileOf(all, dimensions), queries, 1)
    expect(found).toHaveLength(1100)
    for (const query of [0, 511, 512, 1099]) {
      expect(found[query]?.ordinals[0]).toBe(naive(all, rowOf(queries, dimensions, query), 1)[0]?.ordinal)
    }
  })

  test('a signal stops it', async () => {
    const vectors = fileOf(random(3, count, dimensions), dimensions)
    await expect(searchExactly(vectors, random(4, 2, dimensions), 5, AbortSignal.abort())).rejects.toThrow('abort')
  })
})

test('negative and large scores keep their sign and size', async () => {
  const all = Float32Array.from([-1, 0, -3, 0, 1000, 0])
  const [found] = await searchExactly(fileOf(all, 2), Float32Array.from([2, 0]), 3)
  expect(Array.from(found?.ordinals ?? [])).toEqual([2, 0, 1])
  expect(Array.from(found?.scores ?? [])).toEqual([2000, -2, -6])
})

test('a file of the wrong length is refused', () => {
  const path = join(tempDir(), 'v.f32')
  writeFileSync(path, new Float32Array(10))
  expect(() => openVectors(path, 4, 3)).toThrow('has 40 bytes, expected 48 for 3 vectors of 4 dimensions')
})

describe('graph', () => {
  test('a file that is none is refused', async () => {
    const path = join(tempDir(), 'g.usearch')
    writeFileSync(path, 'none')
    const vectors = fileOf(random(1, 3, 2), 2)
    await expect(openGraph(path, vectors)).rejects.toThrow(`cannot open the graph ${path}`)
  })

  test('finds most of what exact search finds, with the same scores', async () => {
    const [count, dimensions, depth] = [3000, 16, 10]
    const vectors = fileOf(random(5, count, dimensions), dimensions)
    const queries = random(6, 130, dimensions)
    const path = join(tempDir(), 'g.usearch')
    await buildGraph(path, vectors, {})
    const found = await (await openGraph(path, vectors)).search(queries, depth)
    const exact = await searchExactly(vectors, queries, depth)
    let shared = 0
    exact.forEach(({ ordinals, scores }, query) => {
      const scoreBy = new Map(Array.from(ordinals, (ordinal, at) => [ordinal, scores[at]]))
      found[query]?.ordinals.forEach((ordinal, at) => {
        if (!scoreBy.has(ordinal)) return
        shared += 1
        expect(found[query]?.scores[at]).toBe(scoreBy.get(ordinal))
      })
      expect(found[query]?.scores).toEqual(found[query]?.scores.toSorted().toReversed())
    })
    expect(shared / (130 * depth)).toBeGreaterThan(0.95)
  })

  test('knows no rows of zeros, and may have none at all', async () => {
    const path = join(tempDir(), 'g.usearch')
    const some = fileOf(Float32Array.from([0, 0, 1, 0, 0, 0, -1, 0]), 2)
    await buildGraph(path, some, {})
    const [found] = await (await openGraph(path, some)).search(Float32Array.from([1, 0]), 4)
    expect(Array.from(found?.ordinals ?? [])).toEqual([1, 3])
    const none = fileOf(new Float32Array(4), 2)
    await buildGraph(`${path}2`, none, {})
    expect((await (await openGraph(`${path}2`, none)).search(Float32Array.from([1, 0]), 4))[0]?.ordinals.length).toBe(0)
  })
})

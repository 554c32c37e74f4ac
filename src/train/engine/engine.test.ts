// The engine against the same arithmetic in 64-bit numbers, and against itself with other numbers of threads.
import { describe, expect, it } from 'vitest'
import { batchOf, cosines, engineFor, placed, setupOf, TOKENS, type Setup } from '../../../test/support/engine-steps.ts'
import { infoNce } from '../losses/info-nce.ts'
import { bagOf } from '../token-texts.ts'
import type { Scores } from './scores.ts'
import { layoutOf } from './layout.ts'
import { ADAM, COUNT_SHIFT, SLICE } from './sizes.ts'

const lossOf = (setup: Setup) => (scores: Scores, gradient: Scores) =>
  infoNce(0.2)(batchOf(setup, scores.values, scores.stride), gradient.values)

const lossAt = (setup: Setup, table: Float64Array): number => {
  const scores = cosines(setup, table)
  return infoNce(0.2)(batchOf(setup, scores, setup.passages), new Float64Array(scores.length))
}

describe('the engine', () => {
  it.each([1, 32, 40, 96])('scores bags as plain arithmetic does, with %i dimensions', async (dimensions) => {
    const setup = setupOf(dimensions)
    const engine = engineFor(setup)
    placed(engine, setup)
    const { values, stride } = engine.score()
    cosines(setup, Float64Array.from(setup.table)).forEach((cosine, at) => {
      expect(values[Math.floor(at / setup.passages) * stride + (at % setup.passages)]).toBeCloseTo(cosine, 5)
    })
    await engine.close()
  })

  it('learns by the gradient that finite differences give: sums, lengths and loss together', async () => {
    const setup = setupOf(40)
    const engine = engineFor(setup)
    placed(engine, setup)
    const rate = 1e-3
    const value = engine.learn(lossOf(setup), rate, 1)
    const table = Float64Array.from(setup.table)
    expect(value).toBeCloseTo(lossAt(setup, table), 5)
    const after = engine.readTable()
    const moments = new Float32Array(engine.state.buffer, engine.state.byteOffset + engine.table.length)
    const occurring = new Set(setup.bags.flatMap((bag) => Array.from(bag, (entry) => entry & ((1 << COUNT_SHIFT) - 1))))
    let moved = 0
    for (let at = 0; at < table.length; at += 7) {
      const token = Math.floor(at / setup.dimensions)
      const slope = (step: number) => {
        const other = Float64Array.from(table)
        other[at]! += step
        return lossAt(setup, other)
      }
      const gradient = (slope(1e-5) - slope(-1e-5)) / 2e-5
      // In the first step of Adam, both bias-corrected moments come from this gradient alone.
      const expected = occurring.has(token) ? (rate * gradient) / (Math.abs(gradient) + ADAM.epsilon) : 0
      const change = (setup.table[at] as number) - (after[at] as number)
      const dimension = at % setup.dimensions
      const place = (Math.floor(dimension / SLICE) * TOKENS + token) * SLICE + (dimension % SLICE)
      expect((moments[place] as number) / (1 - ADAM.first)).toBeCloseTo(gradient, 5)
      if (Math.abs(gradient) > 1e-5) {
        expect(change).toBeCloseTo(expected, 6)
        moved += 1
      } else if (!occurring.has(token)) expect(change).toBe(0)
    }
    expect(moved).toBeGreaterThan(100)
    await engine.close()
  })

  it('keeps moments as Adam says, over steps in which a token is there or not', async () => {
    const setup = setupOf(32, 2, 3)
    const engine = engineFor(setup)
    const gradients: number[] = []
    const at = (setup.bags[0]![0]! & ((1 << COUNT_SHIFT) - 1)) * setup.dimensions + 5
    let expected = setup.table[at]!
    let [first, second] = [0, 0]
    for (let step = 1; step <= 4; step++) {
      const table = Float64Array.from(engine.readTable())
      const slope = (by: number) =>
        lossAt(
          setup,
          table.map((value, place) => (place === at ? value + by : value)),
        )
      const gradient = (slope(1e-5) - slope(-1e-5)) / 2e-5
      gradients.push(gradient)
      first = ADAM.first * first + (1 - ADAM.first) * gradient
      second = ADAM.second * second + (1 - ADAM.second) * gradient ** 2
      const [mean, spread] = [first / (1 - ADAM.first ** step), second / (1 - ADAM.second ** step)]
      expected -= (0.01 * mean) / (Math.sqrt(spread) + ADAM.epsilon)
      placed(engine, setup)
      engine.learn(lossOf(setup), 0.01, step)
    }
    expect(engine.readTable()[at]).toBeCloseTo(expected, 5)
    await engine.close()
  })

  it('gives the same bits with any number of threads', async () => {
    const setup = setupOf(160, 13, 29)
    const states = [1, 2, 3, 8].map(async (threads) => {
      const engine = engineFor(setup, threads)
      for (let step = 1; step <= 20; step++) {
        placed(engine, setup)
        engine.learn(lossOf(setup), 0.01, step)
      }
      const state = Buffer.from(engine.state)
      await engine.close()
      return state
    })
    const [one, ...others] = await Promise.all(states)
    for (const other of others) expect(other.equals(one!)).toBe(true)
  })

  it('refuses what WebAssembly cannot address', () => {
    const capacity = { dimensions: 4096, queries: 64, passages: 512, entries: 1000, trains: true }
    expect(() => layoutOf({ tokens: 1_000_000, ...capacity })).toThrow(
      /1000000 tokens of 4096 dimensions, and steps of 64 queries and 512 passages, take 45\.\d GB of memory; allowed: 4/,
    )
  })
})

describe('a cosine of two passages', () => {
  it('is that of their vectors', async () => {
    const setup = setupOf(40)
    const engine = engineFor(setup)
    placed(engine, setup)
    engine.score()
    const { queries, passages, bags } = setup
    const table = Float64Array.from(setup.table)
    const expected = cosines(
      { ...setup, bags: [...bags.slice(queries), ...bags.slice(queries)], queries: passages },
      table,
    )
    expected.forEach((cosine, at) => {
      expect(engine.cosineOf(Math.floor(at / passages), at % passages)).toBeCloseTo(cosine, 5)
    })
    await engine.close()
  })
})

describe('a bag', () => {
  it('has each token once, with its count', () => {
    expect(Array.from(bagOf([7, 3, 7, 7]), (entry) => [entry & 0xffffff, entry >>> 24])).toEqual([
      [3, 1],
      [7, 3],
    ])
  })

  it('splits a count that is too large', () => {
    const entries = Array.from(bagOf(Array<number>(600).fill(9)), (entry) => [entry & 0xffffff, entry >>> 24])
    expect(entries).toEqual([
      [9, 255],
      [9, 255],
      [9, 90],
    ])
  })
})

// Linear maps over vectors against the same arithmetic in 64-bit numbers, and against themselves with other numbers of threads.
import { describe, expect, it } from 'vitest'
import { batchOf, type Setup } from '../../../test/support/engine-steps.ts'
import { randomFrom } from '../../../test/support/random.ts'
import { infoNce } from '../losses/info-nce.ts'
import { Engine } from './engine.ts'
import type { Scores } from './scores.ts'
import type { MapShape } from './layout.ts'
import { ADAM } from './sizes.ts'

const [QUERIES, PASSAGES] = [5, 11]

interface MapSetup {
  dimensions: number
  shape: MapShape
  inputs: Float32Array[]
  parameters: Float32Array
}

function setupOf(dimensions: number, shape: MapShape): MapSetup {
  const random = randomFrom(dimensions + shape.rank + shape.sides)
  const { sides, rank } = shape
  const size = sides * (rank === 0 ? dimensions ** 2 : 2 * rank * dimensions)
  return {
    dimensions,
    shape,
    inputs: Array.from({ length: QUERIES + PASSAGES }, () =>
      Float32Array.from({ length: dimensions }, () => random() - 0.5),
    ),
    parameters: Float32Array.from({ length: size }, () => (random() - 0.5) * 0.5),
  }
}

function engineFor({ dimensions, shape, parameters }: MapSetup, threads = 1): Engine {
  const capacity = { tokens: 0, dimensions, queries: QUERIES, passages: PASSAGES, entries: 0, trains: true, map: shape }
  const engine = new Engine(capacity, threads)
  engine.writeTable(parameters)
  return engine
}

const placed = (engine: Engine, { inputs }: MapSetup) =>
  engine.place(QUERIES, PASSAGES, (text, into, at) => {
    into.set(new Uint32Array((inputs[text] as Float32Array).buffer), at)
    return (inputs[text] as Float32Array).length
  })

/** Returns the cosines of mapped texts in 64 bits. */
function cosines({ dimensions, shape: { sides, rank }, inputs }: MapSetup, parameters: Float64Array): Float64Array {
  const ofSide = (rank === 0 ? dimensions : rank) * dimensions
  const vectors = inputs.map((input, text) => {
    const side = sides === 1 || text < QUERIES ? 0 : 1
    const whole = parameters.subarray(side * ofSide, (side + 1) * ofSide)
    const narrow = parameters.subarray((sides + side) * ofSide, (sides + side + 1) * ofSide)
    const times = (vector: Float64Array, matrix: Float64Array, columns: number) =>
      Float64Array.from({ length: columns }, (_, column) =>
        vector.reduce((sum, value, row) => sum + value * matrix[row * columns + column]!, 0),
      )
    const given = Float64Array.from(input)
    const mapped =
      rank === 0
        ? times(given, whole, dimensions)
        : times(times(given, narrow, rank), whole, dimensions).map((value, at) => value + given[at]!)
    const length = Math.hypot(...mapped)
    return mapped.map((value) => value / length)
  })
  return Float64Array.from({ length: QUERIES * PASSAGES }, (_, at) => {
    const [query, passage] = [vectors[Math.floor(at / PASSAGES)]!, vectors[QUERIES + (at % PASSAGES)]!]
    return query.reduce((sum, value, k) => sum + value * passage[k]!, 0)
  })
}

const batch = (scores: Float32Array | Float64Array, stride: number) =>
  batchOf({ queries: QUERIES, passages: PASSAGES } as Setup, scores, stride)
const lossOf = (scores: Scores, gradient: Scores) => infoNce(0.2)(batch(scores.values, scores.stride), gradient.values)
const lossAt = (setup: MapSetup, parameters: Float64Array) => {
  const scores = cosines(setup, parameters)
  return infoNce(0.2)(batch(scores, PASSAGES), new Float64Array(scores.length))
}

const SHAPES: [string, number, MapShape][] = [
  ['one map of 32 dimensions', 32, { sides: 1, rank: 0 }],
  ['one map of 40 dimensions', 40, { sides: 1, rank: 0 }],
  ['a map per side', 40, { sides: 2, rank: 0 }],
  ['a narrow map', 40, { sides: 1, rank: 5 }],
  ['a narrow map per side, wider than a slice', 70, { sides: 2, rank: 36 }],
]

describe.each(SHAPES)('%s', (_name, dimensions, shape) => {
  it('scores as plain arithmetic does', async () => {
    const setup = setupOf(dimensions, shape)
    const engine = engineFor(setup)
    placed(engine, setup)
    const { values, stride } = engine.score()
    cosines(setup, Float64Array.from(setup.parameters)).forEach((cosine, at) => {
      expect(values[Math.floor(at / PASSAGES) * stride + (at % PASSAGES)]).toBeCloseTo(cosine, 5)
    })
    await engine.close()
  })

  it('learns by the gradient that finite differences give', async () => {
    const setup = setupOf(dimensions, shape)
    const engine = engineFor(setup)
    placed(engine, setup)
    const rate = 1e-3
    const before = Float64Array.from(setup.parameters)
    expect(engine.learn(lossOf, rate, 1)).toBeCloseTo(lossAt(setup, before), 5)
    const after = engine.readTable()
    let moved = 0
    for (let at = 0; at < before.length; at += setup.dimensions > 40 ? 61 : 13) {
      const slope = (step: number) =>
        lossAt(
          setup,
          before.map((value, place) => (place === at ? value + step : value)),
        )
      const gradient = (slope(1e-5) - slope(-1e-5)) / 2e-5
      if (Math.abs(gradient) < 1e-4) continue
      // In the first step of Adam, both bias-corrected moments come from this gradient alone.
      expect(before[at]! - after[at]!).toBeCloseTo((rate * gradient) / (Math.abs(gradient) + ADAM.epsilon), 6)
      moved += 1
    }
    expect(moved).toBeGreaterThan(20)
    await engine.close()
  })

  it('has the same bits with any number of threads', async () => {
    const setup = setupOf(dimensions, shape)
    const [one, two] = await Promise.all(
      [1, 3].map(async (threads) => {
        const engine = engineFor(setup, threads)
        for (let step = 1; step <= 5; step++) {
          placed(engine, setup)
          engine.learn(lossOf, 1e-2, step, 0.1)
        }
        const state = Buffer.from(engine.state)
        await engine.close()
        return state
      }),
    )
    expect(one?.equals(two as Buffer)).toBe(true)
  })
})

it('decays towards the identity: a whole map, or the product of two narrow ones towards nothing', async () => {
  const flat = (_scores: Scores, gradient: Scores) => {
    gradient.values.fill(0)
    return 0
  }
  for (const [, dimensions, shape] of SHAPES) {
    const setup = setupOf(dimensions, shape)
    const engine = engineFor(setup)
    placed(engine, setup)
    engine.learn(flat, 0.1, 1, 0.5)
    const size = dimensions ** 2
    engine.readTable().forEach((value, at) => {
      const isOne = shape.rank === 0 && (at % size) % (dimensions + 1) === 0
      expect(value).toBeCloseTo(0.95 * setup.parameters[at]! + (isOne ? 0.05 : 0), 6)
    })
    await engine.close()
  }
})

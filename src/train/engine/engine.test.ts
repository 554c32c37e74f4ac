// The engine against the same arithmetic in plain 64-bit numbers, and against itself with other numbers of threads.
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../test/support/random.ts'
import { infoNce } from '../losses/info-nce.ts'
import { lossNamed, type LossName } from '../losses/index.ts'
import { ROLE, type ScoreBatch } from '../losses/loss.ts'
import { bagOf } from '../texts.ts'
import { Engine, type Scores } from './engine.ts'
import { layoutOf } from './layout.ts'
import { ADAM, COUNT_SHIFT, SLICE } from './sizes.ts'

const TOKENS = 50

interface Setup {
  dimensions: number
  bags: Uint32Array[]
  queries: number
  passages: number
  table: Float32Array
}

function setupOf(dimensions: number, queries = 5, passages = 11, seed = 1): Setup {
  const random = randomFrom(seed)
  const bag = (length: number) => bagOf(Array.from({ length }, () => Math.floor(random() * TOKENS)))
  return {
    dimensions,
    queries,
    passages,
    bags: Array.from({ length: queries + passages }, (_, at) => bag(at === 3 ? 0 : 1 + Math.floor(random() * 12))),
    table: Float32Array.from({ length: TOKENS * dimensions }, () => random() - 0.5),
  }
}

function engineFor(
  { dimensions, bags, queries, passages, table }: Setup,
  threads = 1,
  setsPassagesApart = false,
): Engine {
  const entries = bags.reduce((sum, { length }) => sum + length, 0)
  const capacity = { tokens: TOKENS, dimensions, queries, passages, entries, trains: true, setsPassagesApart }
  const engine = new Engine(capacity, threads)
  engine.writeTable(table)
  return engine
}

const placed = (engine: Engine, { bags, queries, passages }: Setup) =>
  engine.place(queries, passages, (bag, into, at) => {
    into.set(bags[bag] as Uint32Array, at)
    return (bags[bag] as Uint32Array).length
  })

/** Query i has passage i; every fourth other pair is masked. */
function batchOf({ queries, passages }: Setup, scores: Float32Array | Float64Array, stride: number): ScoreBatch {
  const roles = new Uint8Array(queries * stride).fill(ROLE.other)
  roles.forEach((_, at) => {
    if ((Math.floor(at / stride) * 7 + (at % stride)) % 4 === 0) roles[at] = ROLE.masked
  })
  for (let query = 0; query < queries; query++) roles[query * stride + query] = ROLE.positive
  return {
    scores,
    queries,
    passages,
    stride,
    roles,
    positives: Uint32Array.from({ length: queries }, (_, query) => query),
  }
}

const lossOf = (setup: Setup) => (scores: Scores, gradient: Scores) =>
  infoNce(0.2)(batchOf(setup, scores.values, scores.stride), gradient.values)

/** Cosines in 64 bits; a bag without tokens scores 0. */
function cosines({ bags, queries, passages, dimensions }: Setup, table: Float64Array): Float64Array {
  const vectors = bags.map((bag) => {
    const sum = new Float64Array(dimensions)
    for (const entry of bag) {
      const [token, count] = [entry & ((1 << COUNT_SHIFT) - 1), entry >>> COUNT_SHIFT]
      for (let at = 0; at < dimensions; at++) sum[at]! += count * table[token * dimensions + at]!
    }
    const length = Math.hypot(...sum)
    return sum.map((value) => (length === 0 ? 0 : value / length))
  })
  return Float64Array.from({ length: queries * passages }, (_, at) => {
    const [query, passage] = [vectors[Math.floor(at / passages)]!, vectors[queries + (at % passages)]!]
    return query.reduce((sum, value, k) => sum + value * passage[k]!, 0)
  })
}

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
      // The first step of Adam: both moments are the gradient's own, corrected to it.
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

/** As `batchOf`, with the last six passages as negatives of the first two queries: the last three generated, one of them for query 0 alone. */
function batchWithGenerated(setup: Setup, scores: Float32Array | Float64Array, stride: number): ScoreBatch {
  const batch = batchOf(setup, scores, stride)
  for (let at = 0; at < 6; at++) {
    const column = setup.passages - 1 - at
    batch.roles[column] = at < 3 ? ROLE.generated : ROLE.negative
    batch.roles[stride + column] = at === 0 || at >= 3 ? ROLE.negative : ROLE.generated
  }
  return batch
}

const settings = (loss: LossName, lossWeight: number) => ({
  loss,
  lossWeight,
  temperature: 0.2,
  entropyTemperature: undefined,
})

/** Learns one step with a term, as the trainer does. */
const learnWith =
  (setup: Setup, loss: LossName, weight: number) => (scores: Scores, gradient: Scores, ofPassages: Scores) => {
    const { infoNce: both, term } = lossNamed(settings(loss, weight))
    const batch = batchWithGenerated(setup, scores.values, scores.stride)
    const value = both(batch, gradient.values)
    ofPassages.values.set(gradient.values)
    return value + (term?.(batch, ofPassages.values) ?? 0)
  }

describe.each(['info-nce+entropy', 'info-nce+match'] as const)('the engine with %s', (loss) => {
  it('gives the gradient of the term to the generated negatives of each query alone, by finite differences', async () => {
    const setup = setupOf(40)
    const [{ bags, queries, passages }, weight] = [setup, 4]
    const engine = engineFor(setup, 1, true)
    placed(engine, setup)
    engine.learn(learnWith(setup, loss, weight), 1e-3, 1)
    const moments = new Float32Array(engine.state.buffer, engine.state.byteOffset + engine.table.length)
    const table = Float64Array.from(setup.table)
    const still = cosines(setup, table)
    const { infoNce: both, term } = lossNamed(settings(loss, weight))
    const { roles } = batchWithGenerated(setup, still, passages)
    /** The term, where vectors of queries stay as they were, and those of mined negatives, too: of each pair the other side moves. */
    const termAt = (moved: Float64Array) => {
      // Queries read the first table, passages the second.
      const tables = Float64Array.of(...table, ...moved)
      const apart = bags.map((bag, at) => (at < queries ? bag : bag.map((entry) => entry + TOKENS)))
      const scores = cosines({ ...setup, bags: apart }, tables).map((score, at) =>
        roles[at] === ROLE.generated ? score : still[at]!,
      )
      return term!(batchWithGenerated(setup, scores, passages), new Float64Array(scores.length))
    }
    const wholeAt = (moved: Float64Array) => {
      const scores = cosines(setup, moved)
      return both(batchWithGenerated(setup, scores, passages), new Float64Array(scores.length)) + termAt(moved)
    }
    let ofTerm = 0
    for (let at = 0; at < table.length; at += 7) {
      const slopeOf = (value: (moved: Float64Array) => number) => {
        const by = (step: number) => value(table.map((number, place) => (place === at ? number + step : number)))
        return (by(1e-5) - by(-1e-5)) / 2e-5
      }
      const [token, dimension] = [Math.floor(at / setup.dimensions), at % setup.dimensions]
      const place = (Math.floor(dimension / SLICE) * TOKENS + token) * SLICE + (dimension % SLICE)
      expect((moments[place] as number) / (1 - ADAM.first)).toBeCloseTo(slopeOf(wholeAt), 5)
      if (Math.abs(slopeOf(termAt)) > 1e-4) ofTerm += 1
    }
    expect(ofTerm).toBeGreaterThan(50)
    await engine.close()
  })

  it('moves no token of queries and mined negatives by the term, where no generated negative has it', async () => {
    const setup = setupOf(40)
    const { bags, queries, passages } = setup
    // Generated negatives, the last three, have words of their own.
    bags.forEach((_, bag) => {
      const isGenerated = bag >= queries + passages - 3
      bags[bag] = bagOf(
        [0, 1, 2, 3].map((step) => (isGenerated ? 40 : 0) + ((bag * 3 + step * 7) % (isGenerated ? 10 : 40))),
      )
    })
    const tables = [0, 4].map(async (weight) => {
      const engine = engineFor(setup, 1, true)
      placed(engine, setup)
      engine.learn(learnWith(setup, loss, weight), 1e-3, 1)
      const table = engine.readTable()
      await engine.close()
      return table
    })
    const [without, withTerm] = (await Promise.all(tables)) as [Float32Array, Float32Array]
    const own = 40 * setup.dimensions
    expect(withTerm.subarray(0, own)).toEqual(without.subarray(0, own))
    expect(withTerm.subarray(own)).not.toEqual(without.subarray(own))
  })

  it('gives the bits of InfoNCE alone where the weight is 0, and the same ones with any number of threads', async () => {
    const setup = setupOf(160, 13, 29)
    const stateOf = async (threads: number, isApart: boolean, name: LossName, weight: number) => {
      const engine = engineFor(setup, threads, isApart)
      for (let step = 1; step <= 10; step++) {
        placed(engine, setup)
        engine.learn(learnWith(setup, name, weight), 0.01, step)
      }
      const state = Buffer.from(engine.state)
      await engine.close()
      return state
    }
    const alone = await stateOf(1, false, 'info-nce', 0)
    expect((await stateOf(2, true, loss, 0)).equals(alone)).toBe(true)
    const one = await stateOf(1, true, loss, 1)
    expect(one.equals(alone)).toBe(false)
    expect((await stateOf(3, true, loss, 1)).equals(one)).toBe(true)
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

// The terms over generated negatives: worked cases, finite differences, and which pairs they leave alone.
import { array, assert, double, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeWithData } from '../../../test/support/data.ts'
import { dot, goldenCases, type GoldenCase } from '../../../test/support/golden-losses.ts'
import { randomFrom } from '../../../test/support/random.ts'
import { entropyLoss } from './entropy.ts'
import { LOSSES, lossNamed, lossOption, lossReport } from './index.ts'
import { ROLE, type Numbers, type ScoreBatch } from './loss.ts'
import { matchLoss } from './match.ts'

const NO_SETTINGS = { temperature: 0.05, lossWeight: undefined, entropyTemperature: undefined }
const termOf = (loss: (typeof LOSSES)[number], settings: object = {}) => {
  const { term } = lossNamed({ ...NO_SETTINGS, loss, ...settings })
  if (term === undefined) throw new Error(`${loss} has no term`)
  return term
}

/** Builds one query: its positive, then mined and generated negatives. */
function batchOf(scores: Numbers, mined: number): ScoreBatch {
  const roles = Uint8Array.from(scores, (_, at) =>
    at === 0 ? ROLE.positive : at <= mined ? ROLE.negative : ROLE.generated,
  )
  return { scores, queries: 1, passages: scores.length, stride: scores.length, roles, positives: new Uint32Array([0]) }
}

const far = (found: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, at) => Math.abs(value - (found[at] as number))))

describeWithData('causalneg', 'the terms on the worked cases', () => {
  const cases = goldenCases().map((each, at) => [at + 1, each] as const)
  const similarities = ({ q, mined, generated }: GoldenCase) =>
    [mined, generated].map((vectors) => vectors.map((vector) => dot(q, vector))) as [number[], number[]]
  const embedded = (q: number[], slopes: ArrayLike<number>) => Array.from(slopes, (slope) => q.map((x) => x * slope))

  it.each(cases)('entropy, case %i', (_, golden) => {
    const found = entropyLoss(...similarities(golden), golden.entropyTemperature)
    const values = [found.loss, found.entropy, found.share, found.expected]
    expect(far(values, [golden.entropyLoss, golden.H, golden.P, golden.E])).toBeLessThan(1e-9)
    const gradients = embedded(golden.q, found.gradient)
    golden.entropyGradient.forEach((gradient, at) => expect(far(gradients[at]!, gradient)).toBeLessThan(1e-9))
  })

  it.each(cases)('match, case %i', (_, golden) => {
    const found = matchLoss(...similarities(golden))
    expect(Math.abs(found.loss - golden.matchLoss)).toBeLessThan(1e-9)
    const gradients = embedded(golden.q, found.gradient)
    golden.matchGradient.forEach((gradient, at) => expect(far(gradients[at]!, gradient)).toBeLessThan(1e-9))
  })

  it.each(cases)('as the trainer reckons them, case %i: in both precisions, InfoNCE and term together', (_, golden) => {
    const { q, positive, temperature, entropyTemperature, weight } = golden
    const [mined, generated] = similarities(golden)
    const scores = [dot(q, positive), ...mined, ...generated]
    const expected = { 'info-nce+entropy': golden.entropyLoss, 'info-nce+match': golden.matchLoss }
    const slopes = {
      'info-nce+entropy': golden.entropyGradient.map((gradient) => dot(gradient, q)),
      'info-nce+match': golden.matchGradient.map((gradient) => dot(gradient, q)),
    }
    for (const [Precision, most] of [[Float64Array, 1e-9] as const, [Float32Array, 1e-5] as const]) {
      for (const loss of ['info-nce+entropy', 'info-nce+match'] as const) {
        const given = loss === 'info-nce+match' ? { lossWeight: 3 } : { lossWeight: weight, entropyTemperature }
        const batch = batchOf(Precision.from(scores), mined.length)
        const { infoNce, term } = lossNamed({ ...NO_SETTINGS, loss, temperature, ...given })
        const gradient = new Precision(scores.length)
        const alone = infoNce(batch, new Precision(scores.length))
        const added = term!(batch, gradient)
        expect(Math.abs(added / given.lossWeight - expected[loss])).toBeLessThan(most)
        if (loss === 'info-nce+entropy') expect(Math.abs(alone + added - golden.total)).toBeLessThan(most)
        const found = Array.from(gradient.subarray(1 + mined.length), (slope) => slope / given.lossWeight)
        expect(far(found, slopes[loss])).toBeLessThan(most)
      }
    }
  })
})

/** Builds random scores of queries with different numbers of negatives; some have no generated ones, some no mined ones. */
function randomBatch(seed: number, queries: number, passages: number): ScoreBatch {
  const random = randomFrom(seed)
  const stride = passages + 2
  const kinds = [ROLE.masked, ROLE.other, ROLE.negative, ROLE.negative, ROLE.generated, ROLE.generated]
  const roles = new Uint8Array(queries * stride)
  const positives = new Uint32Array(queries)
  for (let query = 0; query < queries; query++) {
    const few = Math.floor(random() * 4)
    const allowed = [kinds.slice(0, 4), kinds, kinds, [ROLE.other, ROLE.generated]][few] as number[]
    for (let at = 0; at < stride; at++) roles[query * stride + at] = allowed[Math.floor(random() * allowed.length)]!
    roles[query * stride] = ROLE.positive
  }
  return {
    scores: Float64Array.from({ length: queries * stride }, () => random() * 2 - 1),
    queries,
    passages,
    stride,
    roles,
    positives,
  }
}

const batches = record({
  seed: integer(),
  queries: integer({ min: 1, max: 5 }),
  passages: integer({ min: 1, max: 12 }),
})
const TERMS = LOSSES.filter((name) => name !== 'info-nce')
const scoresOf = (least: number) => array(double({ min: -1, max: 1, noNaN: true }), { minLength: least, maxLength: 8 })

describe.each(TERMS)('the term of %s', (name) => {
  it('has the gradient that finite differences give, for the generated of the row, and none for anybody else', () => {
    const step = 1e-6
    assert(
      property(batches, ({ seed, queries, passages }) => {
        const batch = randomBatch(seed, queries, passages)
        const term = termOf(name, { lossWeight: 0.7 })
        const gradient = new Float64Array(batch.scores.length)
        term(batch, gradient)
        for (let at = 0; at < gradient.length; at++) {
          const isGenerated = batch.roles[at] === ROLE.generated && at % batch.stride < passages
          const moved = (by: number) => {
            const scores = Float64Array.from(batch.scores)
            scores[at] = (scores[at] as number) + by
            return term({ ...batch, scores }, new Float64Array(scores.length))
          }
          if (isGenerated) expect(gradient[at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6)
          else expect(gradient[at]).toBe(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is the mean over the queries that have generated negatives: others change nothing', () => {
    const one = batchOf(Float64Array.of(0.9, 0.2, 0.4, 0.6, 0.5), 2)
    const roles = Uint8Array.of(...one.roles, ROLE.positive, ROLE.negative, ROLE.negative, ROLE.other, ROLE.masked)
    const scores = Float64Array.of(...one.scores, 0.3, 0.8, 0.1, 0.7, 0.6)
    const two = { ...one, scores, roles, queries: 2, positives: new Uint32Array(2) }
    const [alone, beside] = [new Float64Array(5), new Float64Array(10)]
    expect(termOf(name)(two, beside)).toBe(termOf(name)(one, alone))
    expect([...beside]).toEqual([...alone, 0, 0, 0, 0, 0])
    expect(
      termOf(name)({ ...two, roles: roles.map((role) => (role === ROLE.generated ? ROLE.other : role)) }, beside),
    ).toBe(0)
  })

  it('adds to the gradient that is there, in proportion to its weight', () => {
    const batch = batchOf(Float64Array.of(0.9, 0.2, 0.4, 0.6, 0.5), 2)
    const [one, three] = [new Float64Array(5).fill(1), new Float64Array(5).fill(1)]
    const value = termOf(name, { lossWeight: 0.1 })(batch, one)
    expect(termOf(name, { lossWeight: 0.3 })(batch, three)).toBeCloseTo(3 * value, 12)
    three.forEach((slope, at) => expect(slope - 1).toBeCloseTo(3 * (one[at]! - 1), 12))
  })
})

describe('entropy', () => {
  it('is the balance alone where one is generated, the entropy alone where none is mined, nothing where none is generated', () => {
    const balance = entropyLoss([0.2, 0.4], [0.9], 0.1)
    expect(balance.entropy).toBeCloseTo(0, 14)
    expect(balance.loss).toBeCloseTo((balance.share - 1 / 3) ** 2, 14)
    const alone = entropyLoss([], [0.3, 0.3, 0.3], 0.1)
    expect(alone).toMatchObject({ share: 1, expected: 1 })
    expect(alone.loss).toBeCloseTo(-Math.log(3), 14)
    alone.gradient.forEach((slope) => expect(slope).toBeCloseTo(0, 14))
    expect(entropyLoss([0.3], [], 0.1)).toEqual({
      loss: 0,
      gradient: new Float64Array(),
      entropy: 0,
      share: 0,
      expected: 0,
    })
  })

  it('stands similarities and temperatures of any size', () => {
    assert(
      property(
        scoresOf(0),
        scoresOf(1),
        double({ min: 1e-4, max: 10, noNaN: true }),
        (mined, generated, temperature) => {
          const { loss, gradient } = entropyLoss(mined, generated, temperature)
          expect(loss).toBeGreaterThanOrEqual(-Math.log(generated.length) - 1e-12)
          expect(loss).toBeLessThanOrEqual(1 + 1e-12)
          expect(gradient.every(Number.isFinite)).toBe(true)
        },
      ),
    )
  })
})

describe('match', () => {
  it('is 0 where the generated are as similar as the mined: at their quantiles, in any order', () => {
    assert(
      property(
        double({ min: -1, max: 1, noNaN: true }),
        integer({ min: 1, max: 6 }),
        integer({ min: 1, max: 6 }),
        (s, m, g) => {
          const { loss, gradient } = matchLoss(Array<number>(m).fill(s), Array<number>(g).fill(s))
          expect(loss).toBeCloseTo(0, 24)
          gradient.forEach((slope) => expect(slope).toBeCloseTo(0, 12))
        },
      ),
    )
    // Positions (k − ½)/3 · 6 = 1, 3 and 5 of seven.
    const mined = [0.1, 0.9, 0.3, -0.2, 0.5, 0.7, 0.8]
    expect(matchLoss(mined, [0.8, 0.1, 0.5]).loss).toBeCloseTo(0, 24)
    expect(matchLoss(mined, [0.8, 0.1, 0.51]).loss).toBeCloseTo(0.01 ** 2 / 3, 12)
  })

  it('is within half a gap of 0 for copies of all mined: its quantiles lie between them', () => {
    assert(
      property(scoresOf(1), (mined) => {
        const sorted = mined.toSorted((one, other) => one - other)
        const gap = Math.max(0, ...sorted.slice(1).map((value, at) => value - sorted[at]!))
        expect(matchLoss(mined, mined).loss).toBeLessThanOrEqual((gap / 2) ** 2 + 1e-15)
      }),
    )
  })

  it('is 0 without generated or without mined', () => {
    expect(matchLoss([0.1], [])).toEqual({ loss: 0, gradient: new Float64Array() })
    expect(matchLoss([], [0.1, 0.2])).toEqual({ loss: 0, gradient: new Float64Array(2) })
  })

  it('does not hang on the order in which similarities come', () => {
    assert(
      property(scoresOf(1), scoresOf(1), (mined, generated) => {
        const turned = matchLoss(mined.toReversed(), generated.toReversed())
        expect(turned.loss).toBeCloseTo(matchLoss(mined, generated).loss, 12)
      }),
    )
  })
})

describe('names of losses', () => {
  it('are read with and without the hyphen, and have settings of their own', () => {
    const { read } = lossOption('')
    expect(['info-nce', 'infonce', 'infonce+match', 'info-nce+entropy'].map(read)).toEqual([
      'info-nce',
      'info-nce',
      'info-nce+match',
      'info-nce+entropy',
    ])
    expect(() => read('match')).toThrow('allowed: info-nce, info-nce+entropy, info-nce+match')
    expect(LOSSES.map((loss) => lossReport({ ...NO_SETTINGS, loss }))).toEqual([
      { name: 'info-nce', temperature: 0.05, weight: null, entropyTemperature: null },
      { name: 'info-nce+entropy', temperature: 0.05, weight: 0.05, entropyTemperature: 0.1 },
      { name: 'info-nce+match', temperature: 0.05, weight: 10, entropyTemperature: null },
    ])
    expect(lossReport({ ...NO_SETTINGS, loss: 'info-nce+match', lossWeight: 3 }).weight).toBe(3)
  })
})

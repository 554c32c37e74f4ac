// InfoNCE against worked cases, finite differences, and properties that hold for any batch.
import { assert, constant, double, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeWithData } from '../../../test/support/data.ts'
import { dot, goldenCases } from '../../../test/support/golden-losses.ts'
import { randomFrom } from '../../../test/support/random.ts'
import { infoNce } from './info-nce.ts'
import { ROLE, type Numbers, type ScoreBatch } from './loss.ts'

/** Builds a batch of one query with its positive first. */
function batchOf(scores: Numbers, roles?: readonly number[]): ScoreBatch {
  const given = roles ?? Array.from(scores, (_, at) => (at === 0 ? ROLE.positive : ROLE.negative))
  return {
    scores,
    queries: 1,
    passages: scores.length,
    stride: scores.length,
    roles: Uint8Array.from(given),
    positives: new Uint32Array([0]),
  }
}

describeWithData('causalneg', 'InfoNCE on the worked cases', () => {
  it.each(goldenCases().map((each, at) => [at + 1, each] as const))(
    'case %i',
    (_, { q, positive, mined, generated, ...each }) => {
      const scores = [positive, ...mined, ...generated].map((vector) => dot(q, vector))
      const loss = infoNce(each.temperature)
      expect(
        Math.abs(loss(batchOf(Float64Array.from(scores)), new Float64Array(scores.length)) - each.infonce),
      ).toBeLessThan(1e-9)
      expect(
        Math.abs(loss(batchOf(Float32Array.from(scores)), new Float32Array(scores.length)) - each.infonce),
      ).toBeLessThan(1e-5)
    },
  )
})

/** Builds random scores of several queries, with padding and some masked pairs. */
function randomBatch(seed: number, queries: number, passages: number): ScoreBatch {
  const random = randomFrom(seed)
  const stride = passages + 3
  const roles = Uint8Array.from({ length: queries * stride }, () => (random() < 0.2 ? ROLE.masked : ROLE.other))
  const positives = Uint32Array.from({ length: queries }, () => Math.floor(random() * passages))
  positives.forEach((column, query) => (roles[query * stride + column] = ROLE.positive))
  const scores = Float64Array.from({ length: queries * stride }, () => random() * 2 - 1)
  return { scores, queries, passages, stride, roles, positives }
}

const batches = record({ seed: integer(), queries: integer({ min: 1, max: 5 }), passages: integer({ min: 1, max: 9 }) })

describe('InfoNCE', () => {
  it('has the gradient that finite differences give', () => {
    assert(
      property(batches, constant(1e-6), ({ seed, queries, passages }, step) => {
        const batch = randomBatch(seed, queries, passages)
        const loss = infoNce(0.2)
        const gradient = new Float64Array(batch.scores.length)
        loss(batch, gradient)
        for (let query = 0; query < queries; query++) {
          for (let passage = 0; passage < passages; passage++) {
            const at = query * batch.stride + passage
            const moved = (by: number) => {
              const scores = Float64Array.from(batch.scores)
              scores[at] = (scores[at] as number) + by
              return loss({ ...batch, scores }, new Float64Array(scores.length))
            }
            expect(gradient[at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6)
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  it('pulls the positive as much as it pushes all others, and leaves what is masked alone', () => {
    assert(
      property(batches, ({ seed, queries, passages }) => {
        const batch = randomBatch(seed, queries, passages)
        const gradient = new Float64Array(batch.scores.length)
        expect(infoNce(0.1)(batch, gradient)).toBeGreaterThanOrEqual(0)
        for (let query = 0; query < queries; query++) {
          const row = gradient.subarray(query * batch.stride, query * batch.stride + passages)
          expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12)
          row.forEach((value, passage) => {
            if (batch.roles[query * batch.stride + passage] === ROLE.masked) expect(value).toBe(0)
          })
        }
      }),
    )
  })

  it('stands scores of any size', () => {
    assert(
      property(double({ min: 1e-4, max: 1, noNaN: true }), (temperature) => {
        const scores = Float64Array.of(1, -1, 0.999)
        const gradient = new Float64Array(3)
        expect(Number.isFinite(infoNce(temperature)(batchOf(scores), gradient))).toBe(true)
        expect(gradient.every(Number.isFinite)).toBe(true)
      }),
    )
  })

  it('is the logarithm of the number of passages where all score alike', () => {
    expect(infoNce(0.05)(batchOf(new Float64Array(8)), new Float64Array(8))).toBeCloseTo(Math.log(8), 12)
  })
})

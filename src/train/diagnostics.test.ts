// Checks the figures of a step against their definitions, computed from vectors.
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../test/support/random.ts'
import { diagnoseStep } from './diagnostics.ts'
import { infoNce } from './losses/info-nce.ts'
import { ROLE, type ScoreBatch } from './losses/loss.ts'

const TEMPERATURE = 0.1
const dot = (one: number[], other: number[]) => one.reduce((sum, value, at) => sum + value * other[at]!, 0)
const unit = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector))

/** Builds a step from queries and passages as unit vectors and the role of each passage for each query. */
function stepOf(queries: number[][], passages: number[][], roles: number[][]) {
  const scores = Float64Array.from(queries.flatMap((query) => passages.map((passage) => dot(query, passage))))
  const batch: ScoreBatch = {
    scores,
    queries: queries.length,
    passages: passages.length,
    stride: passages.length,
    roles: Uint8Array.from(roles.flat()),
    positives: Uint32Array.from(roles, (of) => of.indexOf(ROLE.positive)),
  }
  const gradient = new Float64Array(scores.length)
  infoNce(TEMPERATURE)(batch, gradient)
  return diagnoseStep(batch, gradient, TEMPERATURE, (one, other) => dot(passages[one]!, passages[other]!))
}

const { positive, other, negative, generated } = ROLE

describe('the figures of a step', () => {
  it('are those of the formulas', () => {
    const random = randomFrom(5)
    const vector = () => unit(Array.from({ length: 6 }, () => random() - 0.3))
    const [queries, passages] = [[vector(), vector(), vector()], Array.from({ length: 7 }, vector)]
    const roles = [
      [positive, negative, negative, negative, generated, generated, other],
      [other, positive, generated, negative, negative, other, other],
      [negative, other, positive, negative, other, other, negative],
    ]
    const found = stepOf(queries, passages, roles)
    const withGenerated = [0, 1]
    const columns = (query: number, role: number) => roles[query]!.flatMap((each, at) => (each === role ? [at] : []))
    const exponential = (query: number, column: number) =>
      Math.exp(dot(queries[query]!, passages[column]!) / TEMPERATURE)
    const all = (query: number) => passages.reduce((sum, _, column) => sum + exponential(query, column), 0)
    const sumOf = (query: number, role: number) =>
      columns(query, role).reduce((sum, column) => sum + exponential(query, column) / all(query), 0)
    const sum = (role: number) => withGenerated.reduce((total, query) => total + sumOf(query, role), 0)
    expect(found.rows).toBe(2)
    expect(found.gradientShare).toBeCloseTo(sum(generated) / sum(negative), 12)
    expect(found.evenShare).toBe(3 / 5)
    const cosines = withGenerated.map((query) => {
      const pull = passages[roles[query]!.indexOf(positive)]!
      const push = pull.map((_, at) =>
        columns(query, generated).reduce(
          (total, column) => total + exponential(query, column) * passages[column]![at]!,
          0,
        ),
      )
      return dot(pull, unit(push))
    })
    expect(found.cosine).toBeCloseTo((cosines[0]! + cosines[1]!) / 2, 12)
    const alive = withGenerated.map((query) => {
      const own = [...columns(query, negative), ...columns(query, generated)]
      const ofOwn = own.reduce((total, column) => total + exponential(query, column), 0)
      const living = columns(query, generated).filter(
        (column) => exponential(query, column) / ofOwn >= 0.1 / own.length,
      )
      return living.length / columns(query, generated).length
    })
    expect(found.alive).toBeCloseTo((alive[0]! + alive[1]!) / 2, 12)
  })

  it('are even where generated are copies of mined, and the cosine is 1 where they are copies of the positive', () => {
    const [query, mined] = [unit([1, 2, 3]), unit([2, 1, 0.5])]
    const roles = [[positive, negative, negative, generated]]
    expect(stepOf([query], [query, mined, mined, mined], roles)).toMatchObject({
      gradientShare: 0.5,
      evenShare: 0.5,
      alive: 1,
    })
    const copy = stepOf([query], [query, mined, mined, query], roles)
    expect(copy.cosine).toBeCloseTo(1, 12)
    expect(copy.gradientShare).toBeGreaterThan(0.5)
  })

  it('tell dead ones, and directions that have nothing to do with the positive', () => {
    const roles = [[positive, negative, generated, generated]]
    const found = stepOf([[1, 0, 0]], [[1, 0, 0], [0.8, 0.6, 0], [0, 0, 1], unit([0.8, -0.6, 0])], roles)
    expect(found.alive).toBe(0.5)
    expect(
      stepOf(
        [[1, 0, 0]],
        [
          [1, 0, 0],
          [0.8, 0.6, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        roles,
      ),
    ).toMatchObject({ cosine: 0, alive: 0 })
  })

  it('are null where nothing is divided by something', () => {
    const none = { rows: 0, gradientShare: null, evenShare: null, cosine: null, alive: null }
    expect(
      stepOf(
        [[1, 0]],
        [
          [1, 0],
          [0, 1],
        ],
        [[positive, negative]],
      ),
    ).toEqual(none)
    const alone = stepOf(
      [[1, 0]],
      [
        [1, 0],
        [0, 1],
      ],
      [[positive, generated]],
    )
    expect(alone).toEqual({ ...none, rows: 1, cosine: 0, alive: 1 })
    // A text without a known token has no direction.
    expect(
      stepOf(
        [[1, 0]],
        [
          [1, 0],
          [0, 0],
        ],
        [[positive, generated]],
      ).cosine,
    ).toBeNull()
  })
})

// Terms whose gradient goes to generated negatives alone, through the whole engine: sums, lengths, and
// which vectors receive which gradient.
import { describe, expect, it } from 'vitest'
import { batchOf, cosines, engineFor, placed, setupOf, TOKENS, type Setup } from '../../../test/support/engine-steps.ts'
import { lossNamed, type LossName } from '../losses/index.ts'
import { ROLE, type ScoreBatch } from '../losses/loss.ts'
import { bagOf } from '../token-texts.ts'
import type { Scores } from './scores.ts'
import { ADAM, SLICE } from './sizes.ts'

/**
 * Like `batchOf`, with the last six passages as negatives of the first two queries: the last three
 * generated, one of them for query 0 alone.
 */
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
    /** Computes the term with the vectors of queries and of mined negatives held fixed, so that only the generated ones move. */
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
    // The generated negatives, which are the last three, have tokens of their own.
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

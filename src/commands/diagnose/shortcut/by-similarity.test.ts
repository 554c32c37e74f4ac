// The figures based on vectors, with an encoder whose vectors are known: copies, a planted source, gradients computed by hand.
import { describe, expect, it } from 'vitest'
import type { Encoder } from '../../../encoders/encoder.ts'
import { randomFrom } from '../../../../test/support/random.ts'
import { diagnoseBySimilarity } from './by-similarity.ts'
import type { Case } from './case.ts'
import { gradientOf, gradientsOf } from './gradients.ts'

const SETTINGS = { temperature: 0.1, permutations: 99, seed: 3 }
const DIMENSIONS = 8

/** An encoder whose texts are the numbers of their vectors. */
const written: Encoder = {
  name: 'written',
  identity: 'written',
  dimensions: DIMENSIONS,
  encode: async (texts) => Float32Array.from(texts.flatMap((text) => JSON.parse(text) as number[])),
  close: async () => {},
}

/** Makes rows of random unit vectors; the generated ones are moved along the first dimension. */
function cases(count: number, moved = 0, generated = 3): Case[] {
  const random = randomFrom(11)
  const text = (by: number) => {
    const vector = Array.from({ length: DIMENSIONS }, (_, at) => random() + random() - 1 + (at === 0 ? by : 0))
    const length = Math.hypot(...vector)
    return JSON.stringify(vector.map((value) => value / length))
  }
  const texts = (length: number, by = 0) => Array.from({ length }, () => text(by))
  return Array.from({ length: count }, (_, at) => ({
    query: text(at % 2 === 0 ? 1 : 2),
    positives: texts(1),
    mined: texts(6),
    generated: texts(generated, moved),
  }))
}

describe('diagnoseBySimilarity', () => {
  it('says nothing of sources that do not differ', async () => {
    const { auc, information, clusters, gradients } = await diagnoseBySimilarity(cases(600), written, SETTINGS)
    expect(Math.abs(auc.mean - 0.5)).toBeLessThan(0.03)
    expect(information.p).toBeGreaterThan(0.02)
    expect(clusters.observed).toBeLessThan(0.02)
    expect(Math.abs((gradients?.gradientShare ?? 0) - 0.5)).toBeLessThan(0.06)
    expect(gradients?.evenShare).toBe(0.5)
  })

  it('is exactly even where the generated are copies of the mined', async () => {
    const copies = cases(150).map((each) => ({ ...each, generated: each.mined }))
    const found = await diagnoseBySimilarity(copies, written, SETTINGS)
    expect(found.auc).toMatchObject({ mean: 0.5, interval: { low: 0.5, high: 0.5 } })
    expect(found.information).toMatchObject({ observed: 0, p: 1 })
    expect(found.clusters).toMatchObject({ observed: 0 })
    expect(found.dead.generated).toEqual(found.dead.mined)
    expect(found.gradients?.gradientShare).toBeCloseTo(1, 12)
    expect(found.gradients?.cosine).toBe(found.gradients?.minedCosine)
    expect(found.histogram.generated).toEqual(found.histogram.mined)
  })

  it('finds a source that was planted, whichever way it moves', async () => {
    const [away, towards] = [
      await diagnoseBySimilarity(cases(150, -2), written, SETTINGS),
      await diagnoseBySimilarity(cases(150, 2), written, SETTINGS),
    ]
    expect(away.auc.mean).toBeLessThan(0.1)
    expect(towards.auc.mean).toBeGreaterThan(0.9)
    for (const { information, clusters } of [away, towards]) {
      expect(information.p).toBe(0.01)
      expect(information.observed - information.chance).toBeGreaterThan(0.3)
      expect(clusters.observed).toBeGreaterThan(0.2)
      expect(clusters.p).toBe(0.01)
    }
    expect(away.dead.generated.mean).toBeGreaterThan(0.9)
    expect(away.gradients?.gradientShare).toBeLessThan(0.05)
    expect(towards.gradients?.gradientShare).toBeGreaterThan(2)
  })

  it('calls dead what is so at the temperature that is given', async () => {
    const deadAt = async (temperature: number) => {
      const { dead, gradients } = await diagnoseBySimilarity(cases(50, -2), written, { ...SETTINGS, temperature })
      return [dead.generated.mean, dead.mined.mean, gradients?.gradientShare]
    }
    const [generated, mined, share] = await deadAt(1000)
    expect([generated, mined]).toEqual([0, 0])
    expect(share).toBeCloseTo(0.5, 2)
  })

  it('tells how far it is, and can be stopped', async () => {
    const seen: number[] = []
    await diagnoseBySimilarity(cases(70), written, SETTINGS, { onProgress: ({ done }) => seen.push(done) })
    expect(seen).toEqual([64, 70])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(diagnoseBySimilarity(cases(3), written, SETTINGS, { signal })).rejects.toThrow('enough')
  })
})

describe('gradients', () => {
  const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)]

  it('are those of InfoNCE over the row', () => {
    const row = gradientOf(
      { positive: 0, mined: [Math.log(2)], generated: [Math.log(3), Math.log(4)] },
      { positive: x, mined: [x], generated: [x, y] },
      1,
      randomFrom(1),
    )
    expect(row.mined).toBeCloseTo(0.2, 12)
    expect(row.generated).toBeCloseTo(0.7, 12)
    expect(row.cosine).toBeCloseTo(3 / 5, 12)
    expect(row.minedCosine).toBe(1)
    const all = gradientsOf([row, row])
    expect(all?.gradientShare).toBeCloseTo(3.5, 12)
    expect(all?.evenShare).toBe(2)
    expect(gradientsOf([])).toBeNull()
  })

  it('compare the generated with as many mined ones', () => {
    const one = (random: () => number) =>
      gradientOf(
        { positive: 0, mined: [0, 0, 0], generated: [0] },
        { positive: x, mined: [x, y, x], generated: [y] },
        1,
        random,
      ).minedCosine
    const random = randomFrom(5)
    const drawn = Array.from({ length: 300 }, () => one(random) ?? NaN)
    expect(new Set(drawn)).toEqual(new Set([0, 1]))
    expect(Math.abs(drawn.reduce((sum, value) => sum + value, 0) / 300 - 2 / 3)).toBeLessThan(0.1)
  })

  it('have no direction where a vector is zero', () => {
    const none = new Float32Array(2)
    const row = gradientOf(
      { positive: 0, mined: [0], generated: [0] },
      { positive: none, mined: [x], generated: [x] },
      1,
      randomFrom(1),
    )
    expect([row.cosine, gradientsOf([row])?.cosine]).toEqual([null, null])
  })
})

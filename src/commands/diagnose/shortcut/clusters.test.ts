// Which clusters are pure.
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { pureClusters } from './clusters.ts'

describe('pure clusters', () => {
  it.each([
    [9, 0],
    [10, 1],
  ])('of %i generated negatives alone are %i', (outliers, pure) => {
    const random = randomFrom(3)
    const rows = Array.from({ length: 20 }, () => ({ size: 5, generated: 1 }))
    const vectors = Float32Array.from({ length: 200 }, (_, at) => {
      const [row, isGenerated] = [Math.floor(at / 10), at % 10 < 2]
      return (isGenerated && row < outliers && at % 2 === 0 ? 100 : 0) + random()
    })
    const found = pureClusters({ vectors, dimensions: 2, rows }, { permutations: 19, seed: 1 })
    expect(found).toMatchObject({ clusters: 2, pure, observed: (pure * outliers) / 20 })
  })
})

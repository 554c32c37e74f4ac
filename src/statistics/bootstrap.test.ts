// Covers intervals by resampling: about as wide as theory predicts, and reproducible.
import { describe, expect, it } from 'vitest'
import { meanOf } from './mean.ts'
import { intervalOf, intervalsOfMeans } from './bootstrap.ts'

const units = Array.from({ length: 400 }, (_all, index) => index % 20)

describe('the interval of a statistic', () => {
  it('of a mean is about 1.96 standard errors to each side', () => {
    // The standard deviation is 5.77; the root of 400 is 20.
    const { low = NaN, high = NaN } = intervalOf(units, meanOf) ?? {}
    expect(low).toBeCloseTo(9.5 - 0.565, 1)
    expect(high).toBeCloseTo(9.5 + 0.565, 1)
  })

  it('of a mean is that of means, to the last digit, whatever stands beside it', () => {
    const others = units.map((unit) => unit ** 2)
    expect(intervalsOfMeans([others, units])[1]).toEqual(intervalOf(units, meanOf))
  })

  it('leaves out resamples that say nothing, and says nothing of one unit', () => {
    expect(intervalOf([0, 1], (sample) => 1 / meanOf(sample))).toEqual({ low: 1, high: 2 })
    expect([intervalOf([1], meanOf), intervalOf([0, 0], () => NaN), intervalsOfMeans([[1]])]).toEqual([
      undefined,
      undefined,
      [undefined],
    ])
  })
})

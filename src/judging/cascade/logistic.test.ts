import { expect, test } from 'vitest'
import { fitLogistic, logOdds } from './logistic.ts'

const example = (isPositive: boolean, ...features: number[]) => ({ features, isPositive })

test('the weights are where the gradient with its ridge penalty is zero', () => {
  const examples = Array.from({ length: 40 }, (_all, index) =>
    example((index * 7) % 11 < 5, index % 5, ((index * 3) % 7) - 3),
  )
  const model = fitLogistic(examples, 2)
  const residuals = examples.map(({ features, isPositive }) => {
    return (isPositive ? 1 : 0) - 1 / (1 + Math.exp(-logOdds(model, features)))
  })
  for (const at of [0, 1]) {
    const values = examples.map(({ features }) => features[at] as number)
    const mean = values.reduce((sum, each) => sum + each, 0) / 40
    const spread = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 40)
    const gradient = residuals.reduce(
      (sum, each, index) => sum + (each * ((values[index] as number) - mean)) / spread,
      0,
    )
    expect(gradient).toBeCloseTo((model.weights[at] as number) * spread, 8)
  }
})

test('classes that part perfectly, constant features and a single class give finite weights', () => {
  const parted = fitLogistic([example(false, 1, 5), example(false, 2, 5), example(true, 8, 5), example(true, 9, 5)], 2)
  expect(parted.weights[0]).toBeGreaterThan(0)
  expect(parted.weights[1]).toBe(0)
  const [single, none] = [fitLogistic([example(true, 1)], 1), fitLogistic([], 1)]
  expect([single.intercept, ...single.weights, none.intercept, ...none.weights].every(Number.isFinite)).toBe(true)
})

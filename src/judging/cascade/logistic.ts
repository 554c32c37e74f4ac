// Logistic regression over a few features, fitted by Newton's method with a ridge penalty. The same rows always give the same weights.

export interface LogisticModel {
  intercept: number
  /** One for each feature, as it is given. */
  weights: number[]
}

export interface LogisticExample {
  features: readonly number[]
  isPositive: boolean
}

/** The penalty on the squares of the weights, for features of mean 0 and variance 1. Keeps them finite where the classes part perfectly. */
const RIDGE = 1
const MOST_STEPS = 50
const SMALLEST_STEP = 1e-9

/** Fits the log odds of an example being positive. A feature that never changes gets the weight 0. */
export function fitLogistic(examples: readonly LogisticExample[], features: number): LogisticModel {
  const scales = Array.from({ length: features }, (_each, at) =>
    scaleOf(examples.map((each) => each.features[at] ?? 0)),
  )
  const inputs = examples.map((each) => [
    1,
    ...scales.map(({ mean, spread }, at) => ((each.features[at] ?? 0) - mean) / spread),
  ])
  const [intercept = 0, ...weights] = newton(
    inputs,
    examples.map(({ isPositive }) => (isPositive ? 1 : 0)),
    features + 1,
  )
  const unscaled = weights.map((weight, at) => weight / (scales[at]?.spread ?? 1))
  const shift = unscaled.reduce((sum, weight, at) => sum + weight * (scales[at]?.mean ?? 0), 0)
  return { intercept: intercept - shift, weights: unscaled }
}

/** Returns the log odds that the model gives. */
export const logOdds = ({ intercept, weights }: LogisticModel, features: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * (features[at] ?? 0), intercept)

function scaleOf(values: readonly number[]): { mean: number; spread: number } {
  const mean = values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, values.length)
  return { mean, spread: variance > 1e-18 ? Math.sqrt(variance) : Infinity }
}

/** @param inputs examples × size; the first of each is 1, and its weight is not penalised but for a trace that keeps it finite */
function newton(inputs: readonly number[][], targets: readonly number[], size: number): number[] {
  const penalty = Array.from({ length: size }, (_each, at) => (at === 0 ? 1e-3 : RIDGE))
  let weights = Array.from({ length: size }, () => 0)
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = weights.map((weight, at) => -(penalty[at] as number) * weight)
    const curvature = penalty.map((each, at) => penalty.map((_other, other) => (at === other ? each : 0)))
    for (const [index, input] of inputs.entries()) {
      const chance = 1 / (1 + Math.exp(-dot(weights, input)))
      const left = (targets[index] as number) - chance
      const slope = chance * (1 - chance)
      for (const [at, value] of input.entries()) {
        gradient[at] = (gradient[at] as number) + left * value
        const line = curvature[at] as number[]
        for (const [other, beside] of input.entries()) line[other] = (line[other] as number) + slope * value * beside
      }
    }
    const change = solved(curvature, gradient)
    weights = weights.map((weight, at) => weight + (change[at] as number))
    if (Math.max(...change.map(Math.abs)) < SMALLEST_STEP) break
  }
  return weights
}

const dot = (one: readonly number[], other: readonly number[]) =>
  one.reduce((sum, each, at) => sum + each * (other[at] as number), 0)

/** Solves a positive definite system by elimination; both arguments are used up. */
function solved(matrix: number[][], right: number[]): number[] {
  const size = right.length
  for (let at = 0; at < size; at++) {
    const line = matrix[at] as number[]
    for (let below = at + 1; below < size; below++) {
      const lower = matrix[below] as number[]
      const factor = (lower[at] as number) / (line[at] as number)
      for (let column = at; column < size; column++)
        lower[column] = (lower[column] as number) - factor * (line[column] as number)
      right[below] = (right[below] as number) - factor * (right[at] as number)
    }
  }
  for (let at = size - 1; at >= 0; at--) {
    const line = matrix[at] as number[]
    let rest = right[at] as number
    for (let column = at + 1; column < size; column++) rest -= (line[column] as number) * (right[column] as number)
    right[at] = rest / (line[at] as number)
  }
  return right
}

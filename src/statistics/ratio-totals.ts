// Totals of units that were not measured, from those that were: ratio estimators, and intervals over units, by the delta method.
import { tQuantile } from './distributions.ts'

/** Amounts by quantity: of a measured unit, what was expected before (`x`) and what it was (`y`). */
export interface MeasuredUnit {
  x: Float64Array
  y: Float64Array
}

/** Units that were not measured: how many, and the sums of what is expected of them. The quantities of different groups are different ones. */
export interface OpenGroup {
  units: number
  x: Float64Array
  /** How many open units each measured one speaks for, up to a factor; all alike by default. */
  weights?: readonly number[]
  /** The sum over its units of (Σ factor · x)²: large units differ from their expectation by more. By default they are as the measured ones. */
  squares?: (factors: Float64Array) => number
}

export interface TotalEstimate {
  value: number
  low: number
  high: number
}

/**
 * Units added to the measured ones for the interval alone, as Agresti and Coull add two successes and two failures: what happened to none
 * of a few units, or to all, may happen to others.
 */
const ADDED = 2

export class RatioTotals {
  readonly #measured: readonly WeightedUnit[]
  readonly #groups: readonly OpenGroup[]
  readonly #open: Float64Array
  readonly #ratios: readonly (number | undefined)[]
  /** As many equal weights tell as much. */
  readonly #size: number

  /** @param groups what is to be estimated; without any, every total is 0 */
  constructor(measured: readonly MeasuredUnit[], groups: readonly OpenGroup[]) {
    const weights = groups.map((group) => scaled(group.weights ?? measured.map(() => 1)))
    const groupOf = Array.from(groups[0]?.x ?? [], (_each, at) => groups.findIndex(({ x }) => (x[at] as number) > 0))
    this.#measured = measured.map((unit, index) => ({
      ...unit,
      weights: Float64Array.from(groupOf, (group) => weights[group]?.[index] ?? 1),
    }))
    this.#groups = groups
    this.#open = sums(groups.map(({ x }) => x))
    this.#ratios = ratiosOf(this.#measured)
    const units = total(groups.map((group) => group.units))
    this.#size = units === 0 ? 0 : total(groups.map((group, at) => (group.units * total(weights[at] ?? [])) / units))
  }

  /** What comes of one expected unit of a quantity; undefined if none was measured. */
  ratio(quantity: number): number | undefined {
    return this.#ratios[quantity]
  }

  /**
   * Estimates a weighted sum of quantities over the open units, with an interval of 95% that covers both how well the measured units tell
   * the ratios and how the open units will differ from them. Where nothing is open, it has no width.
   * @param mayBeZero whether a quantity may be none at all for a unit, such as calls of a stage that only some rows reach
   * @param more variance from elsewhere, independent of these units
   */
  estimate(weights: Float64Array, mayBeZero: (quantity: number) => boolean, more = 0): TotalEstimate {
    const value = this.#total(this.#ratios, weights)
    const padded = [...this.#measured, ...addedTo(this.#measured, mayBeZero)]
    const ratios = ratiosOf(padded)
    const centre = this.#total(ratios, weights)
    const half = tQuantile(0.975, this.#size + ADDED - 1) * Math.sqrt(this.#variance(padded, ratios, weights) + more)
    return { value, low: Math.min(value, centre - half), high: Math.max(value, centre + half) }
  }

  #total(ratios: readonly (number | undefined)[], weights: Float64Array): number {
    return this.#open.reduce((sum, open, at) => sum + (weights[at] as number) * (ratios[at] ?? 0) * open, 0)
  }

  #variance(units: readonly WeightedUnit[], ratios: readonly (number | undefined)[], weights: Float64Array): number {
    const expected = weightedSums(units, 'x')
    // A unit that is most of what was measured draws the ratio to itself; without it, it would be as far off as this makes it.
    const ownShare = (unit: WeightedUnit, at: number) =>
      ((unit.weights[at] as number) * (unit.x[at] as number)) / Math.max(expected[at] as number, TINY) -
      1 / units.length
    const residual = (unit: WeightedUnit, scale: (at: number) => number) =>
      weights.reduce((sum, weight, at) => {
        const ratio = ratios[at]
        if (weight === 0 || ratio === undefined) return sum
        const difference = (unit.y[at] as number) - ratio * (unit.x[at] as number)
        return sum + (weight * scale(at) * difference) / (1 - Math.max(0, ownShare(unit, at)))
      }, 0)
    const ofRatios =
      units.length *
      varianceOf(
        units.map((unit) =>
          residual(
            unit,
            (at) => ((unit.weights[at] as number) * (this.#open[at] ?? 0)) / Math.max(expected[at] as number, TINY),
          ),
        ),
      )
    const ofUnits = this.#groups.map((group) => {
      const first = group.x.findIndex((amount) => amount > 0)
      const isOf = (at: number) => (group.x[at] as number) > 0
      const inGroup = units.filter((unit) => unit.x.some((amount, at) => amount > 0 && isOf(at)))
      const weightOf = (unit: WeightedUnit) => unit.weights[first] as number
      const residuals = inGroup.map((unit) => residual(unit, (at) => (isOf(at) ? 1 : 0)))
      const each = varianceOf(residuals, inGroup.map(weightOf))
      if (group.squares === undefined) return group.units * each
      const factors = weights.map((weight, at) => (isOf(at) ? weight * (ratios[at] ?? 0) : 0))
      const sizes = inGroup.map((unit) => weightOf(unit) * dot(factors, unit.x) ** 2)
      const usual = total(sizes) / total(inGroup.map(weightOf))
      return usual > 0 ? (each * group.squares(factors)) / usual : group.units * each
    })
    return ofRatios + ofUnits.reduce((sum, each) => sum + each, 0)
  }
}

/** A measured unit with its weight for each quantity. */
type WeightedUnit = MeasuredUnit & { weights: Float64Array }

const TINY = Number.MIN_VALUE

function ratiosOf(units: readonly WeightedUnit[]): (number | undefined)[] {
  const [expected, actual] = [weightedSums(units, 'x'), weightedSums(units, 'y')]
  return [...expected].map((amount, at) => (amount > 0 ? (actual[at] as number) / amount : undefined))
}

const weightedSums = (units: readonly WeightedUnit[], name: 'x' | 'y') =>
  sums(units.map((unit) => unit[name].map((amount, at) => amount * (unit.weights[at] as number))))

/** Scales weights so that their sum is how many units of equal weight tell as much (Kish). */
function scaled(weights: readonly number[]): number[] {
  const squares = total(weights.map((weight) => weight ** 2))
  return squares === 0 ? weights.map(() => 1) : weights.map((weight) => (weight * total(weights)) / squares)
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

const dot = (one: Float64Array, other: Float64Array) =>
  one.reduce((sum, value, at) => sum + value * (other[at] as number), 0)

function sums(vectors: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) vector.forEach((amount, at) => (all[at] = (all[at] as number) + amount))
  return all
}

/**
 * Units of which everything that may be none was none, and as many of which all of it was as it is where it is some. They are as large as
 * the one to which the average piece of what was expected belongs: where a few units are most of it, as large as these.
 */
function addedTo(measured: readonly WeightedUnit[], mayBeZero: (quantity: number) => boolean): WeightedUnit[] {
  if (measured.length === 0) return []
  const amounts = weightedSums(measured, 'x')
  const squares = weightedSums(
    measured.map((each) => ({ ...each, x: each.x.map((amount) => amount ** 2) })),
    'x',
  )
  const x = squares.map((square, at) => square / Math.max(amounts[at] as number, TINY))
  const weights = x.map(() => 1)
  const usual = ratiosOf(measured)
  const wherePresent = ratiosOf(
    measured.map((unit) => ({ ...unit, x: unit.x.map((amount, at) => ((unit.y[at] as number) > 0 ? amount : 0)) })),
  )
  const unit = (present: boolean): WeightedUnit => ({
    x,
    y: x.map((amount, at) => amount * (mayBeZero(at) ? (present ? (wherePresent[at] ?? 1) : 0) : (usual[at] ?? 0))),
    weights,
  })
  return Array.from({ length: 2 * ADDED }, (_each, index) => unit(index % 2 === 0))
}

function varianceOf(values: readonly number[], weights: readonly number[] = values.map(() => 1)): number {
  const size = total(weights)
  if (values.length < 2 || size <= 1) return 0
  const mean = total(values.map((value, at) => value * (weights[at] as number))) / size
  return total(values.map((value, at) => (weights[at] as number) * (value - mean) ** 2)) / (size - 1)
}

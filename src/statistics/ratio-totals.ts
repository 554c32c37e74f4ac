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
  readonly #measured: readonly MeasuredUnit[]
  readonly #groups: readonly OpenGroup[]
  readonly #open: Float64Array
  readonly #ratios: readonly (number | undefined)[]

  /** @param groups what is to be estimated; without any, every total is 0 */
  constructor(measured: readonly MeasuredUnit[], groups: readonly OpenGroup[]) {
    this.#measured = measured
    this.#groups = groups
    this.#open = sums(groups.map(({ x }) => x))
    this.#ratios = ratiosOf(measured)
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
    const half =
      tQuantile(0.975, Math.max(1, this.#measured.length - 1)) *
      Math.sqrt(this.#variance(padded, ratios, weights) + more)
    return { value, low: Math.min(value, centre - half), high: Math.max(value, centre + half) }
  }

  #total(ratios: readonly (number | undefined)[], weights: Float64Array): number {
    return this.#open.reduce((sum, open, at) => sum + (weights[at] as number) * (ratios[at] ?? 0) * open, 0)
  }

  #variance(units: readonly MeasuredUnit[], ratios: readonly (number | undefined)[], weights: Float64Array): number {
    const expected = sums(units.map(({ x }) => x))
    const residual = ({ x, y }: MeasuredUnit, scale: (at: number) => number) =>
      weights.reduce((sum, weight, at) => {
        const ratio = ratios[at]
        if (weight === 0 || ratio === undefined) return sum
        return sum + weight * scale(at) * ((y[at] as number) - ratio * (x[at] as number))
      }, 0)
    const ofRatios =
      units.length *
      varianceOf(units.map((unit) => residual(unit, (at) => (this.#open[at] ?? 0) / (expected[at] as number))))
    const ofUnits = this.#groups.map(({ units: open, x }) => {
      const inGroup = units.filter((unit) => unit.x.some((amount, at) => amount > 0 && (x[at] as number) > 0))
      return open * varianceOf(inGroup.map((unit) => residual(unit, (at) => ((x[at] as number) > 0 ? 1 : 0))))
    })
    return ofRatios + ofUnits.reduce((sum, each) => sum + each, 0)
  }
}

function ratiosOf(units: readonly MeasuredUnit[]): (number | undefined)[] {
  const [expected, actual] = [sums(units.map(({ x }) => x)), sums(units.map(({ y }) => y))]
  return [...expected].map((amount, at) => (amount > 0 ? (actual[at] as number) / amount : undefined))
}

function sums(vectors: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) vector.forEach((amount, at) => (total[at] = (total[at] as number) + amount))
  return total
}

/** Average units of which everything that may be none was none, and as many of which all of it was as it is where it is some. */
function addedTo(measured: readonly MeasuredUnit[], mayBeZero: (quantity: number) => boolean): MeasuredUnit[] {
  const size = measured.length
  if (size === 0) return []
  const x = sums(measured.map((unit) => unit.x)).map((amount) => amount / size)
  const usual = ratiosOf(measured)
  const wherePresent = ratiosOf(
    measured.map((unit) => ({ y: unit.y, x: unit.x.map((amount, at) => ((unit.y[at] as number) > 0 ? amount : 0)) })),
  )
  const unit = (present: boolean): MeasuredUnit => ({
    x,
    y: x.map((amount, at) => amount * (mayBeZero(at) ? (present ? (wherePresent[at] ?? 1) : 0) : (usual[at] ?? 0))),
  })
  return Array.from({ length: 2 * ADDED }, (_each, index) => unit(index % 2 === 0))
}

function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

import { expect, test } from 'vitest'
import { RatioTotals, type MeasuredUnit, type OpenGroup } from './ratio-totals.ts'

const unit = (x: number[], y: number[]): MeasuredUnit => ({ x: Float64Array.from(x), y: Float64Array.from(y) })
const group = (units: number, x: number[]): OpenGroup => ({ units, x: Float64Array.from(x) })
const ONE = Float64Array.from([1])
const never = () => false

test('a total is what is expected, times the ratio of the measured units', () => {
  const totals = new RatioTotals([unit([1], [2]), unit([3], [4])], [group(5, [20])])
  expect(totals.ratio(0)).toBe(6 / 4)
  expect(totals.estimate(ONE, never).value).toBe(30)
})

test('where every unit is as expected there is no width, and where nothing is open neither', () => {
  const alike = [unit([1], [2]), unit([2], [4]), unit([3], [6])]
  expect(new RatioTotals(alike, [group(7, [10])]).estimate(ONE, never)).toEqual({ value: 20, low: 20, high: 20 })
  const different = [unit([1], [1]), unit([1], [5])]
  expect(new RatioTotals(different, []).estimate(ONE, never)).toEqual({ value: 0, low: 0, high: 0 })
})

test('with equal expectations the width is that of a mean, and of the units that are left', () => {
  // 40 measured units, half of them 1 and half 3; 60 left. The four that are added for the interval are average ones.
  const units = Array.from({ length: 40 }, (_each, at) => unit([1], [at % 2 === 0 ? 1 : 3]))
  const { value, low, high } = new RatioTotals(units, [group(60, [60])]).estimate(ONE, never)
  expect(value).toBe(120)
  const variance = 40 / 43
  const t = 2.0195
  const half = t * Math.sqrt((60 ** 2 * variance) / 44 + 60 * variance)
  expect([low, high]).toEqual([expect.closeTo(120 - half, 2), expect.closeTo(120 + half, 2)])
})

test('what happened to no measured unit may happen to others', () => {
  const none = Array.from({ length: 50 }, () => unit([1], [0]))
  const totals = new RatioTotals(none, [group(100, [100])])
  expect(totals.estimate(ONE, never)).toEqual({ value: 0, low: 0, high: 0 })
  const { value, high } = totals.estimate(ONE, () => true)
  expect(value).toBe(0)
  // The upper end of Wilson's interval for 0 of 50 is 7.1 of 100.
  expect(high).toBeGreaterThan(6)
  expect(high).toBeLessThan(16)
})

test('a quantity that no unit tells of adds nothing', () => {
  const totals = new RatioTotals([unit([0], [0])], [group(3, [3])])
  expect([totals.ratio(0), totals.estimate(ONE, never).value]).toEqual([undefined, 0])
})

test('measured units count by their weights: those of none tell nothing', () => {
  const units = [unit([1], [0]), unit([1], [0]), unit([1], [1]), unit([1], [3])]
  const weighted = { ...group(10, [10]), weights: [0, 0, 5, 5] }
  const totals = new RatioTotals(units, [weighted])
  expect([totals.ratio(0), totals.estimate(ONE, never).value]).toEqual([2, 20])
  const alone = new RatioTotals(units.slice(2), [group(10, [10])]).estimate(ONE, never)
  const { low, high } = totals.estimate(ONE, never)
  expect((high - low) / (alone.high - alone.low)).toBeCloseTo(1, 1)
})

test('open units that are larger than the measured ones differ by more', () => {
  const units = Array.from({ length: 40 }, (_each, at) => unit([1], [at % 2 === 0 ? 0 : 1]))
  const widthOf = (squares?: number) => {
    const open = { ...group(60, [600]), ...(squares !== undefined && { squares: squaresOf(squares) }) }
    const { low, high } = new RatioTotals(units, [open]).estimate(ONE, never)
    return high - low
  }
  const squaresOf = (sum: number) => (factors: Float64Array) => (factors[0] as number) ** 2 * sum
  // 60 of size 10, and one of size 541 among 59 of size 1.
  expect(widthOf(60 * 100)).toBeGreaterThan(widthOf())
  expect(widthOf(541 ** 2 + 59)).toBeGreaterThan(3 * widthOf(60 * 100))
})

test('what happened to a unit that is most of what was measured may not happen to others like it', () => {
  const small = Array.from({ length: 30 }, (_each, at) => unit([1], [at % 2]))
  const large = (y: number) => new RatioTotals([...small, unit([100], [y])], [group(300, [500])])
  // As wide as if hardly more than the large one were known.
  expect(large(100).estimate(ONE, () => true).low).toBeLessThan(100)
  expect(large(0).estimate(ONE, () => true).high).toBeGreaterThan(400)
})

// Agreement of several raters: the worked examples of the papers, and what weights and missing ratings do.
import { expect, test } from 'vitest'
import { fleissKappa, gwetAc1, krippendorffAlpha, observedIn, pabakOf, totalSums, type RatedUnit } from './raters.ts'

const unit = (...ratings: number[]): RatedUnit => ({ ratings, weight: 1 })
const fromCounts = (...counts: number[]) =>
  unit(...counts.flatMap((count, category) => Array.from({ length: count }, () => category)))

/** Krippendorff (2011), section C: four observers, twelve units, missing values. Categories 1 to 5 are 0 to 4 here. */
const KRIPPENDORFF = [
  [1, 1, 1],
  [2, 2, 3, 2],
  [3, 3, 3, 3],
  [3, 3, 3, 3],
  [2, 2, 2, 2],
  [1, 2, 3, 4],
  [4, 4, 4, 4],
  [1, 1, 2, 1],
  [2, 2, 2, 2],
  [5, 5, 5],
  [1, 1],
  [3],
].map((ratings) => unit(...ratings.map((each) => each - 1)))

/** Fleiss (1971) as worked out in textbooks: ten subjects, fourteen raters, five categories. */
const FLEISS = [
  [0, 0, 0, 0, 14],
  [0, 2, 6, 4, 2],
  [0, 0, 3, 5, 6],
  [0, 3, 9, 2, 0],
  [2, 2, 8, 1, 1],
  [7, 7, 0, 0, 0],
  [3, 2, 6, 3, 0],
  [2, 5, 3, 2, 2],
  [6, 5, 2, 1, 0],
  [0, 2, 2, 3, 7],
].map((counts) => fromCounts(...counts))

test("Krippendorff's own example: alpha .743 nominal, .815 ordinal, .849 interval", () => {
  const sums = totalSums(KRIPPENDORFF, 5)
  const alpha = (['nominal', 'ordinal', 'interval'] as const).map((level) => krippendorffAlpha(sums, 5, level))
  expect(alpha.map((value) => value.toFixed(3))).toEqual(['0.743', '0.815', '0.849'])
})

test("Fleiss' kappa .210 of ten subjects; AC1 and PABAK by hand", () => {
  const sums = totalSums(FLEISS, 5)
  expect(observedIn(sums)).toBeCloseTo(0.378, 3)
  expect(fleissKappa(sums, 5)).toBeCloseTo(0.20993, 5)
  // The sum of squared shares is .2128: (.378 - .7872 / 4) / (1 - .7872 / 4).
  expect(gwetAc1(sums, 5)).toBeCloseTo(0.2256, 3)
  expect(pabakOf(sums, 5)).toBeCloseTo((0.378022 - 0.2) / 0.8, 5)
})

test('a weight of 2 for every unit changes nothing, and one of 2 for one unit is that unit twice', () => {
  const sums = totalSums(KRIPPENDORFF, 5)
  const doubled = totalSums(
    KRIPPENDORFF.map((each) => ({ ...each, weight: 2 })),
    5,
  )
  for (const level of ['nominal', 'ordinal', 'interval'] as const) {
    expect(krippendorffAlpha(doubled, 5, level)).toBeCloseTo(krippendorffAlpha(sums, 5, level), 12)
  }
  const [first = unit(), ...others] = FLEISS
  const heavy = totalSums([{ ...first, weight: 2 }, ...others], 5)
  expect(fleissKappa(heavy, 5)).toBeCloseTo(fleissKappa(totalSums([first, first, ...others], 5), 5), 12)
})

test('units that fewer than two rated say nothing, and one category alone decides nothing', () => {
  const pairs = [unit(0, 1), unit(1, 1), unit(0, 0)]
  expect(totalSums([...pairs, unit(1), unit()], 2)).toEqual(totalSums(pairs, 2))
  const alike = totalSums([unit(1, 1), unit(1, 1, 1)], 2)
  expect([observedIn(alike), fleissKappa(alike, 2), krippendorffAlpha(alike, 2, 'nominal')]).toEqual([1, NaN, NaN])
  expect(gwetAc1(alike, 2)).toBe(1)
})

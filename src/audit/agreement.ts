// Agreement between assessors: of every two of them, and of all together.
import { figuresOf, type Figure } from '../judging/figures.ts'
import { ac2Of, agreementOf, agreementTable, kappaOf, type AgreementTable } from '../statistics/agreement.ts'
import { clusteredIntervals, type FigureOf } from '../statistics/clustered.ts'
import { fleissKappa, gwetAc1, krippendorffAlpha, observedIn, pabakOf, ratingSums } from '../statistics/raters.ts'
import type { PairAgreement, RaterAgreement, RaterFigures } from './api.ts'
import { byRow, addedUp } from './sums.ts'
import { cellsOf, estimates, inSample } from './estimate.ts'
import type { Scale } from './scale.ts'
import type { GradedItem } from './standing.ts'

/** Returns the value of each figure of sums, and its interval over clusters. */
export function figuresWithIntervals<N extends string>(
  clusters: readonly (readonly number[])[],
  figures: Readonly<Record<N, FigureOf>>,
): Record<N, Figure> {
  const names = Object.keys(figures) as N[]
  const functions = names.map((name) => figures[name])
  const intervals = clusteredIntervals(clusters, functions)
  const total = addedUp(clusters)
  const found = names.map((name, index) => {
    const value = clusters.length === 0 ? NaN : (functions[index] as FigureOf)(total)
    const interval = intervals[index]
    const isKnown = Number.isFinite(value)
    // Where all agree, drawing rows anew shows no spread; that is no certainty.
    const isSpread = interval !== undefined && (interval.low < interval.high || value === 0)
    const ends = isKnown && isSpread ? interval : { low: null, high: null }
    return [name, { value: isKnown ? value : null, ...ends }]
  })
  return Object.fromEntries(found) as Record<N, Figure>
}

/** Reads the sums as a table of two raters. */
export function tableIn(sums: ArrayLike<number>, categories: number, start = 0): AgreementTable {
  return Array.from({ length: categories }, (_row, a) =>
    Array.from({ length: categories }, (_column, b) => sums[start + a * categories + b] as number),
  )
}

/** Every two assessors who graded the same passages. */
export function pairAgreements(
  items: readonly GradedItem[],
  assessors: readonly string[],
  scale: Scale,
): PairAgreement[] {
  const pairs = assessors.flatMap((one, index) =>
    assessors.slice(index + 1).map((other): [string, string] => [one, other]),
  )
  return pairs.flatMap((pair) => {
    const both = items.flatMap(({ grades, weight, row, item }) => {
      const [one, other] = [grades.get(pair[0]), grades.get(pair[1])]
      if (one === undefined || other === undefined) return []
      const cells = cellsOf(one.isRelevant, other.isRelevant)
      return [{ one, other, weight, row, stratum: item.stratum, cells }]
    })
    if (both.length === 0) return []
    const { kappa, pabak, ac1 } = estimates(both)
    const binary = both.map((each) => [Number(each.one.isRelevant), Number(each.other.isRelevant)] as const)
    const weights = both.map(({ weight }) => weight)
    const { observed } = agreementOf(agreementTable(binary, 2, weights))
    return {
      assessors: pair,
      items: both.length,
      binary: { observed, kappa, pabak, ac1 },
      kappaInSample: figuresOf(both.map(inSample)).kappa,
      graded: scale.grades.length === 2 ? null : gradedAgreement(both, scale.grades.length),
    }
  })
}

interface GradedTwice {
  one: { grade: number }
  other: { grade: number }
  weight: number
  row: number
}

function gradedAgreement(both: readonly GradedTwice[], categories: number): NonNullable<PairAgreement['graded']> {
  const units = both.map(({ one, other, weight, row }) => ({
    row,
    sums: agreementTable([[one.grade, other.grade]], categories, [weight]).flat(),
  }))
  const of =
    (figure: (table: AgreementTable) => number | null): FigureOf =>
    (sums) =>
      figure(tableIn(sums, categories)) ?? NaN
  const clusters = byRow(units)
  const figures = figuresWithIntervals(clusters, {
    kappa: of((table) => kappaOf(table, 'unweighted')),
    linear: of((table) => kappaOf(table, 'linear')),
    quadratic: of((table) => kappaOf(table, 'quadratic')),
    ac1: of((table) => ac2Of(table, 'unweighted')),
    ac2: of((table) => ac2Of(table, 'quadratic')),
  })
  return { observed: agreementOf(tableIn(addedUp(clusters), categories)).observed, ...figures }
}

/** All assessors together; null if no passage has two grades. */
export function raterAgreement(items: readonly GradedItem[], scale: Scale): RaterAgreement | null {
  const twice = items.filter(({ grades }) => grades.size > 1)
  if (twice.length === 0) return null
  const clustersOf = (ratingsOf: (item: GradedItem) => number[], categories: number) =>
    byRow(
      twice.map((item) => ({
        row: item.row,
        sums: ratingSums({ ratings: ratingsOf(item), weight: item.weight }, categories),
      })),
    )
  const binary = clustersOf(({ grades }) => [...grades.values()].map(({ isRelevant }) => Number(isRelevant)), 2)
  const categories = scale.grades.length
  const graded = clustersOf(({ grades }) => [...grades.values()].map(({ grade }) => grade), categories)
  return {
    items: twice.length,
    binary: figuresWithIntervals(binary, raterFigures(2)),
    graded:
      categories === 2
        ? null
        : figuresWithIntervals(graded, {
            ...raterFigures(categories),
            alphaOrdinal: (sums) => krippendorffAlpha(sums, categories, 'ordinal'),
            alphaInterval: (sums) => krippendorffAlpha(sums, categories, 'interval'),
          }),
  }
}

const raterFigures = (categories: number): Record<keyof RaterFigures, FigureOf> => ({
  observed: observedIn,
  fleiss: (sums) => fleissKappa(sums, categories),
  pabak: (sums) => pabakOf(sums, categories),
  ac1: (sums) => gwetAc1(sums, categories),
  alpha: (sums) => krippendorffAlpha(sums, categories, 'nominal'),
})

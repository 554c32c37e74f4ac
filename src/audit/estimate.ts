// Figures of the whole file from a stratified sample. Their intervals are as wide as two sources of doubt ask for, whichever is wider: other
// rows could have been drawn, and a stratum in which nothing was found can still hold some.
import { randomFrom } from '../base/random.ts'
import type { JudgedPassage } from '../judging/figures.ts'
import { ac2Of, agreementOf, kappaOf } from '../statistics/agreement.ts'
import { clusteredIntervals, type FigureOf } from '../statistics/clustered.ts'
import { betaQuantile } from '../statistics/distributions.ts'
import type { Interval } from '../statistics/intervals.ts'
import { sumOf } from '../statistics/mean.ts'
import { quantile } from '../statistics/quantiles.ts'
import { byRow } from './sums.ts'
import type { FigureView } from './api.ts'

/** Of one passage: relevant and called so, called relevant wrongly, relevant and missed, rightly passed over. Parts of 1 in all. */
export type Cells = readonly [hits: number, falseCalls: number, missed: number, passed: number]

export const cellsOf = (isRelevant: boolean, isCalled: boolean): Cells => [
  Number(isRelevant && isCalled),
  Number(!isRelevant && isCalled),
  Number(isRelevant && !isCalled),
  Number(!isRelevant && !isCalled),
]

export interface JudgedItem {
  row: number
  /** The number of its stratum, and how many passages of the file it stands for. */
  stratum: number
  weight: number
  cells: Cells
}

/** Returns a passage as it counts in the sample, without weights. */
export const inSample = ({ row, cells: [hits, falseCalls, missed] }: JudgedItem): JudgedPassage => ({
  row,
  weight: 1,
  isRelevant: hits + missed > 0,
  isCalledRelevant: hits + falseCalls > 0,
})

const CELLS = 4

const tableOf = (cells: ArrayLike<number>) => [
  [cells[0] as number, cells[1] as number],
  [cells[2] as number, cells[3] as number],
]

/** The figures as functions of cells; NaN where they are not defined. */
const FIGURES = {
  precision: (cells: ArrayLike<number>) => (cells[0] as number) / ((cells[0] as number) + (cells[1] as number)),
  recall: (cells: ArrayLike<number>) => (cells[0] as number) / ((cells[0] as number) + (cells[2] as number)),
  kappa: (cells: ArrayLike<number>) => kappaOf(tableOf(cells), 'unweighted') ?? NaN,
  pabak: (cells: ArrayLike<number>) => agreementOf(tableOf(cells)).pabak,
  ac1: (cells: ArrayLike<number>) => ac2Of(tableOf(cells), 'unweighted'),
} satisfies Record<string, FigureOf>
type FigureName = keyof typeof FIGURES

interface StratumTotal {
  population: number
  cells: Cells
}

/** Counts the passages of each cell, without weights. */
export function totalCells(items: readonly JudgedItem[]): Cells {
  const count = (cell: number) => sumOf(items.map(({ cells }) => cells[cell] as number))
  return [count(0), count(1), count(2), count(3)]
}

/** Returns the figures with 95% intervals; the ends are null where fewer than two rows were judged. */
export function estimates(items: readonly JudgedItem[]): Record<FigureName, FigureView> {
  const strata = [...Map.groupBy(items, ({ stratum }) => stratum).values()].map((those) => ({
    population: sumOf(those.map(({ weight }) => weight)),
    cells: totalCells(those),
  }))
  const names = Object.keys(FIGURES) as FigureName[]
  const functions = names.map((name) => FIGURES[name])
  const cells = inFile(strata)
  const others = byOtherRows(items, strata, functions)
  const within = withinStrata(strata, functions)
  return Object.fromEntries(
    names.map((name, index) => {
      const value = FIGURES[name](cells)
      if (!Number.isFinite(value)) return [name, { value: null, low: null, high: null }]
      const [one, other] = [others[index], within[index]]
      if (one === undefined || other === undefined) return [name, { value, low: null, high: null }]
      return [name, { value, low: Math.min(value, one.low, other.low), high: Math.max(value, one.high, other.high) }]
    }),
  ) as Record<FigureName, FigureView>
}

/** Adds the strata up, each as large as it is in the file. */
function inFile(strata: readonly StratumTotal[]): number[] {
  const total = [0, 0, 0, 0]
  for (const { population, cells } of strata) {
    const scale = population / Math.max(sumOf(cells), Number.MIN_VALUE)
    cells.forEach((count, cell) => (total[cell] = (total[cell] as number) + scale * count))
  }
  return total
}

/**
 * Draws rows anew, with all their passages. In each draw every stratum keeps its known size, so that only what is within the strata varies
 * (Rao and Wu 1988). A stratum that a draw leaves out is as it was.
 */
function byOtherRows(items: readonly JudgedItem[], strata: readonly StratumTotal[], figures: readonly FigureOf[]) {
  const order = new Map([...new Set(items.map(({ stratum }) => stratum))].map((stratum, index) => [stratum, index]))
  const units = items.map(({ row, stratum, cells }) => {
    const sums = Array.from({ length: CELLS * strata.length }, () => 0)
    cells.forEach((count, cell) => (sums[CELLS * (order.get(stratum) as number) + cell] = count))
    return { row, sums }
  })
  const cellsIn = (sums: ArrayLike<number>) =>
    inFile(
      strata.map(({ population, cells }, index) => {
        const drawn = [0, 1, 2, 3].map((cell) => sums[CELLS * index + cell] as number) as unknown as Cells
        return { population, cells: sumOf(drawn) === 0 ? cells : drawn }
      }),
    )
  // All figures are asked about one draw before the next.
  let cells: number[] = []
  const first: FigureOf = (sums) => {
    cells = cellsIn(sums)
    return NaN
  }
  return clusteredIntervals(byRow(units), [first, ...figures.map((figure) => () => figure(cells))]).slice(1)
}

const [DRAWS, SEED, STEPS] = [2000, 20_062, 200]

/**
 * Draws the share of relevant passages of each stratum, apart for what is called relevant and what is not, from what its sample leaves
 * possible (Jeffreys' prior). A stratum that was judged in full leaves nothing open.
 */
function withinStrata(strata: readonly StratumTotal[], figures: readonly FigureOf[]): (Interval | undefined)[] {
  const random = randomFrom(SEED)
  const groups = strata.flatMap(({ population, cells }) => {
    const judged = sumOf(cells)
    const open = Math.sqrt(Math.max(0, 1 - judged / population))
    return [0, 2].flatMap((first) => {
      const [relevant, not] = [cells[first] as number, cells[first + 1] as number]
      if (relevant + not === 0) return []
      const share = relevant / (relevant + not)
      const shares = Float64Array.from({ length: STEPS }, (_all, step) => {
        const drawn = betaQuantile((step + 0.5) / STEPS, relevant + 0.5, not + 0.5)
        return share + open * (drawn - share)
      })
      return [{ first, size: (population * (relevant + not)) / judged, shares }]
    })
  })
  const values = figures.map(() => new Float64Array(DRAWS))
  for (let draw = 0; draw < DRAWS; draw++) {
    const cells = [0, 0, 0, 0]
    for (const { first, size, shares } of groups) {
      const share = shares[Math.floor(random() * STEPS)] as number
      cells[first] = (cells[first] as number) + size * share
      cells[first + 1] = (cells[first + 1] as number) + size * (1 - share)
    }
    figures.forEach((figure, which) => ((values[which] as Float64Array)[draw] = figure(cells)))
  }
  return values.map((each) => {
    const sorted = each.filter(Number.isFinite).sort()
    return sorted.length === 0 ? undefined : { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
  })
}

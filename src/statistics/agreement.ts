// How far two raters agree beyond what chance would give.
import { sumOf } from './mean.ts'

/** How often two raters gave each pair of categories: `table[a][b]` items were put into `a` by the one and into `b` by the other. */
export type AgreementTable = readonly (readonly number[])[]

export interface Agreement {
  /** Items that both rated. */
  items: number
  /** Share of the items on which they agree; 0 without items. */
  observed: number
  /** Cohen's kappa (Cohen 1960): chance as the two raters use the categories. Null if chance alone gives full agreement. */
  kappa: number | null
  /** Prevalence- and bias-adjusted kappa (Byrt et al. 1993): chance as if every category were used equally often. */
  pabak: number
  /** Gwet's AC1 (Gwet 2008), which stays sensible if nearly all items fall into one category. */
  ac1: number
}

/**
 * How much two ordered categories that differ count as agreement: nothing; less the more steps lie between them; or less by the square of
 * these steps (Cohen 1968).
 */
export type Weighting = 'unweighted' | 'linear' | 'quadratic'

/**
 * Counts pairs of categories, numbered from 0.
 * @param weights how many items each pair stands for. Default: 1
 */
export function agreementTable(
  pairs: readonly (readonly [number, number])[],
  categories: number,
  weights?: readonly number[],
): AgreementTable {
  const table = Array.from({ length: categories }, () => Array.from({ length: categories }, () => 0))
  pairs.forEach(([a, b], index) => {
    const row = table[a] as number[]
    row[b] = (row[b] as number) + (weights?.[index] ?? 1)
  })
  return table
}

export function agreementOf(table: AgreementTable): Agreement {
  const { items, observed } = margins(table, 'unweighted')
  return {
    items,
    observed,
    kappa: kappaOf(table, 'unweighted'),
    pabak: beyond(observed, 1 / table.length),
    ac1: ac2Of(table, 'unweighted'),
  }
}

/** Cohen's kappa, weighted for ordered categories (Cohen 1968). Null if chance alone gives full agreement. */
export function kappaOf(table: AgreementTable, weighting: Weighting): number | null {
  const { observed, first, second, weightOf } = margins(table, weighting)
  const byUse = sumOf(first.map((one, a) => sumOf(second.map((other, b) => one * other * weightOf(a, b)))))
  return byUse === 1 ? null : beyond(observed, byUse)
}

/** Gwet's AC2, AC1 for ordered categories (Gwet 2014, section 3.5); AC1 without weighting. */
export function ac2Of(table: AgreementTable, weighting: Weighting): number {
  const { observed, first, second, weightOf } = margins(table, weighting)
  const size = table.length
  const spread = sumOf(
    first.map((one, category) => {
      const share = (one + (second[category] as number)) / 2
      return share * (1 - share)
    }),
  )
  const weights = sumOf(first.map((_one, a) => sumOf(second.map((_other, b) => weightOf(a, b)))))
  return beyond(observed, (weights * spread) / (size * (size - 1)))
}

/** Returns the shares in which each rater uses the categories, and the share of agreement. */
function margins(table: AgreementTable, weighting: Weighting) {
  const items = sumOf(table.map(sumOf))
  const weightOf = (a: number, b: number) => weightBetween(a, b, table.length, weighting)
  const agreed = sumOf(table.map((row, a) => sumOf(row.map((count, b) => count * weightOf(a, b)))))
  const scale = items === 0 ? 1 : items
  return {
    items,
    observed: agreed / scale,
    first: table.map((row) => sumOf(row) / scale),
    second: table.map((_row, index) => sumOf(table.map((each) => each[index] as number)) / scale),
    weightOf,
  }
}

function weightBetween(a: number, b: number, categories: number, weighting: Weighting): number {
  if (weighting === 'unweighted') return a === b ? 1 : 0
  const steps = Math.abs(a - b) / (categories - 1)
  return 1 - (weighting === 'linear' ? steps : steps ** 2)
}

const beyond = (observed: number, chance: number): number => (observed - chance) / (1 - chance)

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

/** Counts pairs of categories, numbered from 0. */
export function agreementTable(pairs: readonly (readonly [number, number])[], categories: number): AgreementTable {
  const table = Array.from({ length: categories }, () => Array.from({ length: categories }, () => 0))
  for (const [a, b] of pairs) (table[a] as number[])[b] = ((table[a] as number[])[b] as number) + 1
  return table
}

export function agreementOf(table: AgreementTable): Agreement {
  const categories = table.length
  const items = sumOf(table.map(sumOf))
  const shares = table.map((row, index) => ({
    first: sumOf(row) / Math.max(1, items),
    second: sumOf(table.map((each) => each[index] as number)) / Math.max(1, items),
  }))
  const observed = sumOf(table.map((row, index) => row[index] as number)) / Math.max(1, items)
  const byUse = sumOf(shares.map(({ first, second }) => first * second))
  const byGwet =
    sumOf(shares.map(({ first, second }) => ((first + second) / 2) * (1 - (first + second) / 2))) / (categories - 1)
  return {
    items,
    observed,
    kappa: byUse === 1 ? null : beyond(observed, byUse),
    pabak: beyond(observed, 1 / categories),
    ac1: beyond(observed, byGwet),
  }
}

const beyond = (observed: number, chance: number): number => (observed - chance) / (1 - chance)

// The figures by similarity for each strategy of writing negatives: some strategies may carry the shortcut, or be dead, and others not.
import { meanAuc, meanByQuery, type MeanByQuery } from './auc.ts'
import type { Similarities } from './case.ts'
import type { Cases } from './case-store.ts'
import { deadNegatives } from './dead.ts'

export interface StrategyFigures {
  /** As named in the passages, for example `entity_shift`. */
  strategy: string
  /** Number of generated negatives with this strategy. */
  negatives: number
  /** AUC against all mined negatives of their rows. */
  auc: MeanByQuery
  /** Mean share of dead ones; the softmax is over all negatives of a row. */
  dead: MeanByQuery
}

interface Part {
  query: string
  row: Similarities
  dead: number
}

/**
 * Returns the figures of passages that name a strategy, the strategy with most negatives first.
 * @param similarities of the cases, in their order
 */
export function byStrategy(
  cases: Cases,
  similarities: readonly Similarities[],
  temperature: number,
): StrategyFigures[] {
  const parts = new Map<string, Part[]>()
  let at = 0
  for (const { query, strategies = [] } of cases) {
    const row = similarities[at++] as Similarities
    const dead = deadNegatives(row, temperature).generated
    for (const [strategy, places] of Map.groupBy(strategies.keys(), (place) => strategies[place] as string)) {
      if (strategy === '') continue
      const part = {
        query,
        row: { ...row, generated: places.map((place) => row.generated[place] as number) },
        dead: places.filter((place) => dead[place]).length / places.length,
      }
      const before = parts.get(strategy)
      if (before === undefined) parts.set(strategy, [part])
      else before.push(part)
    }
  }
  return [...parts]
    .map(([strategy, found]) => figuresOf(strategy, found))
    .toSorted((one, other) => other.negatives - one.negatives || (one.strategy < other.strategy ? -1 : 1))
}

function figuresOf(strategy: string, parts: readonly Part[]): StrategyFigures {
  const queries = parts.map(({ query }) => query)
  return {
    strategy,
    negatives: parts.reduce((sum, { row }) => sum + row.generated.length, 0),
    auc: meanAuc(
      queries,
      parts.map(({ row }) => row),
    ),
    dead: meanByQuery(
      queries,
      parts.map(({ dead }) => dead),
    ),
  }
}

// The figures by similarity for each way in which negatives were made to fail: some may carry the shortcut, or be dead, and others not.
import { meanAuc, meanByQuery, type MeanByQuery } from './auc.ts'
import type { Case, Similarities } from './case.ts'
import { deadNegatives } from './dead.ts'

export interface StrategyFigures {
  /** As the passages say it, like `entity_shift`. */
  strategy: string
  /** Generated negatives of it. */
  negatives: number
  /** Against all mined negatives of their rows. */
  auc: MeanByQuery
  /** The mean share of dead ones; the softmax is over all negatives of a row. */
  dead: MeanByQuery
}

interface Part {
  query: string
  row: Similarities
  dead: number
}

/** Of the passages that name a strategy; that of most negatives first. @param similarities of the cases, in their order */
export function byStrategy(
  cases: readonly Case[],
  similarities: readonly Similarities[],
  temperature: number,
): StrategyFigures[] {
  const parts = new Map<string, Part[]>()
  cases.forEach(({ query, strategies = [] }, at) => {
    const row = similarities[at] as Similarities
    const dead = deadNegatives(row, temperature).generated
    for (const [strategy, places] of Map.groupBy(strategies.keys(), (place) => strategies[place] as string)) {
      if (strategy === '') continue
      const part = {
        query,
        row: { ...row, generated: places.map((place) => row.generated[place] as number) },
        dead: places.filter((place) => dead[place]).length / places.length,
      }
      parts.set(strategy, [...(parts.get(strategy) ?? []), part])
    }
  })
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

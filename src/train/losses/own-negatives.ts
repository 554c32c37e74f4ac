// Extends a loss over the negatives of one query to a term over a step, grouping negatives by origin.
import { ROLE, type ScoreBatch, type Term } from './loss.ts'

/** The loss of one query, from similarities of its own mined and generated negatives: value, and derivative for each generated one. */
type QueryLoss = (mined: readonly number[], generated: readonly number[]) => { loss: number; gradient: Float64Array }

/**
 * Returns the mean over the queries of the step that have generated negatives, times a weight. Other queries, and all passages other than
 * generated negatives of the query's own row, are unaffected.
 */
export function overOwnNegatives(ofQuery: QueryLoss, weight: number): Term {
  return (batch, gradient) => {
    const { scores, queries, stride } = batch
    const found = Array.from({ length: queries }, (_, query) => ownNegatives(batch, query))
    const count = found.reduce((sum, { generated }) => sum + (generated.length > 0 ? 1 : 0), 0)
    let total = 0
    found.forEach(({ mined, generated }, query) => {
      if (generated.length === 0) return
      const scoreOf = (column: number) => scores[query * stride + column] as number
      const { loss, gradient: slopes } = ofQuery(mined.map(scoreOf), generated.map(scoreOf))
      total += loss
      generated.forEach((column, at) => {
        const place = query * stride + column
        gradient[place] = (gradient[place] as number) + ((slopes[at] as number) * weight) / count
      })
    })
    return count === 0 ? 0 : (total * weight) / count
  }
}

/** Returns the columns of a query's own negatives by origin. */
export function ownNegatives({ roles, stride, passages }: ScoreBatch, query: number) {
  const [mined, generated]: [number[], number[]] = [[], []]
  for (let column = 0, at = query * stride; column < passages; column++, at++) {
    if (roles[at] === ROLE.negative) mined.push(column)
    else if (roles[at] === ROLE.generated) generated.push(column)
  }
  return { mined, generated }
}

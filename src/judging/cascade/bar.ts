// The bar of a cascade: the score from which a row is sent to the judge, so that the promised share of what it would flag is seen.
import { binomialAtMost } from '../../statistics/exact-tests.ts'

/** A row that was drawn at random and judged: the score of its gate, and whether the judge flagged it. */
export interface JudgedScore {
  score: number
  isFlagged: boolean
}

export interface Bar {
  /** Rows with at least this score are sent; undefined if nothing can be promised. */
  from: number | undefined
  /** Flagged rows of the sample, and those of them below the bar. */
  flagged: number
  missed: number
}

/** The chance that a promise is broken. */
const RISK = 0.05

/**
 * Tests the scores of the flagged rows as bars, from the lowest up: would a gate that misses more than the promise allows lose so few of
 * them by chance? Stops at the first bar that fails its exact binomial test; the last that passed holds. As the order is fixed beforehand,
 * each test is made at the full level. Every flagged row is one draw, however many of its passages are flagged.
 */
export function barFor(sample: readonly JudgedScore[], recall: number): Bar {
  const scores = sample.flatMap(({ score, isFlagged }) => (isFlagged ? [score] : [])).toSorted((a, b) => a - b)
  const flagged = scores.length
  let bar: Bar = { from: undefined, flagged, missed: 0 }
  for (const [below, score] of scores.entries()) {
    if (score === scores[below - 1]) continue
    if (binomialAtMost(below, flagged, 1 - recall) > RISK) break
    bar = { from: score, flagged, missed: below }
  }
  return bar
}

/** The most of a file that is judged first, unless the user says how many rows are. */
const MOST = 0.5

/** The most rows that are judged first. @param asked as the user says, if so */
export const mostFirst = (asked: number | undefined, rows: number): number =>
  asked === undefined ? Math.floor(rows * MOST) : Math.min(asked, rows)

/**
 * A sample is large enough when the bar may lie above so many flagged rows of it. More rows make a better bar, and cost calls: the second
 * number holds while the sample is no more than a tenth of the file.
 */
export const MISSES = { least: 1, cheap: 5 } as const

/** The fewest flagged rows with which a bar may lie above so many of them: 59 for a recall of .95 and none. */
export function fewestFlagged(recall: number, missed = 0): number {
  let flagged = missed + 1
  while (binomialAtMost(missed, flagged, 1 - recall) > RISK) flagged += 1
  return flagged
}

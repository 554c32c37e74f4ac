// Synthetic rows for percpos whose passages contain their scores, and a reranker that reads them.
import { scoringIn, scoresText } from '../../src/llm/scoring.ts'
import type { SeenRequest } from './chat-server.ts'
import { queryOf, type SyntheticRow } from './synthetic.ts'

/** A text ends in its score in hundredths. Negatives from 86 up are suspected: 95% of a positive's 90 is 85.5. */
const SCORES = ['#40', '#90', '#-3', '#86', '#85', '#12', '#87']
const POSITIVE = 90
const SUSPECTED_FROM = 0.95 * POSITIVE

const scoreOf = (text: string) => Number(/#(-?\d+)$/.exec(text)?.[1] ?? 0)

/** Returns `count` rows of 4 negatives, up to three of which are suspected; in every fifth row none is. */
export function scoredRows(count: number): SyntheticRow[] {
  return Array.from({ length: count }, (_all, index) => ({
    query: queryOf(index),
    pos: [`the answer of row ${index} #${POSITIVE}`],
    neg: Array.from({ length: 4 }, (_each, at) => {
      const score = index % 5 === 4 ? '#7' : SCORES[(index * 3 + at) % SCORES.length]
      return `text ${at} of row ${index} ${score}`
    }),
  }))
}

/** Returns the expected row: without suspected negatives. */
export function unsuspected({ query, pos, neg }: SyntheticRow): SyntheticRow {
  return { query, pos, neg: neg.filter((text) => scoreOf(text) < SUSPECTED_FROM) }
}

export const scoredReply = ({ messages }: Pick<SeenRequest, 'messages'>) =>
  scoresText(scoringIn(messages as never).passages.map((text) => scoreOf(text) / 100))

// How like a passage is to what a query asks for, in the eyes of an encoder.
import { meanOf } from '../../src/statistics/mean.ts'
import type { Scorer } from '../../src/encoders/scorer.ts'

/** Returns, for each passage, how much higher it scores than the positives do on average. */
export type Likeness = (query: string, positives: readonly string[], passages: readonly string[]) => Promise<number[]>

export const likenessBy =
  (scorer: Scorer): Likeness =>
  async (query, positives, passages) => {
    const scores = await scorer.score(query, [...positives, ...passages])
    const usual = meanOf(scores.slice(0, positives.length))
    return scores.slice(positives.length).map((score) => score - usual)
  }

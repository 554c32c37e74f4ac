// A loss is a small function over similarity scores: it gives its value and its gradient with respect to them, and knows nothing else.

/** What a passage is to a query in one step. */
export const ROLE = {
  /** Takes no part: surely or probably a positive of the query, though not the one that was drawn. */
  masked: 0,
  positive: 1,
  /** Drawn for another query of the batch. */
  other: 2,
  /** A negative of the query's own row, given or mined. */
  negative: 3,
  /** A negative of the query's own row that a model wrote. */
  generated: 4,
} as const

/** Scores may be of either precision: the trainer has 32 bits, references and tests 64. */
export type Numbers = Float32Array | Float64Array

export interface ScoreBatch {
  /** Cosines [queries × stride], row by row. Columns from `passages` on are padding. */
  scores: Numbers
  queries: number
  passages: number
  stride: number
  /** One of ROLE for each pair, laid out as the scores. */
  roles: Uint8Array
  /** The column of each query's positive. */
  positives: Uint32Array
}

/**
 * @param gradient takes the derivative with respect to each score, laid out as they are; zero where a pair takes no part
 * @returns the value, a mean over the queries
 */
export type Loss = (batch: ScoreBatch, gradient: Numbers) => number

/**
 * What is added to a loss, for the passages alone: no query takes a gradient from it.
 * @param gradient is added to, where the term has a derivative that counts
 * @returns the value, its weight included
 */
export type Term = (batch: ScoreBatch, gradient: Numbers) => number

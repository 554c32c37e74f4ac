// A loss is a small function of similarity scores alone: it returns its value and its gradient with respect to them.

/** The role of a passage for a query in one step. */
export const ROLE = {
  /** Left out: certainly or probably a positive of the query, but not the one that was drawn. */
  masked: 0,
  positive: 1,
  /** Drawn for another query of the batch. */
  other: 2,
  /** A negative of the query's own row, given or mined. */
  negative: 3,
  /** A negative of the query's own row that a model wrote. */
  generated: 4,
} as const

/** Scores in either precision: the trainer uses 32 bits, references and tests use 64. */
export type Numbers = Float32Array | Float64Array

export interface ScoreBatch {
  /** Cosines [queries × stride], row by row. Columns from `passages` on are padding. */
  scores: Numbers
  queries: number
  passages: number
  stride: number
  /** One of ROLE for each pair, in the layout of the scores. */
  roles: Uint8Array
  /** The column of each query's positive. */
  positives: Uint32Array
}

/**
 * @param gradient receives the derivative with respect to each score, in the same layout; zero for pairs that take no part
 * @returns the value, a mean over the queries
 */
export type Loss = (batch: ScoreBatch, gradient: Numbers) => number

/**
 * A term added to a loss for the passages alone: queries take no gradient from it.
 * @param gradient the term adds its derivative to it
 * @returns the value, including its weight
 */
export type Term = (batch: ScoreBatch, gradient: Numbers) => number

// Gate: a passage must be about as long as the passages of its row. Otherwise length alone would tell written passages from mined ones.
// The row's own passages set the bounds because a model compares those with each other, and a file of several
// datasets has no single distribution.
import { nearestRank } from '../statistics/quantiles.ts'
import type { Row } from '../rows/row.ts'

/** Lengths in characters (Unicode code points). */
export interface Lengths {
  /** The median. */
  typical: number
  /** Half the length that a tenth of the passages stay below. */
  shortest: number
  /** Twice the length that a tenth of them exceed. */
  longest: number
}

const OUTER = 0.1
const SLACK = 2

/** Returns the usual lengths of passages in this row. Passages written by a model do not count. */
export function lengthsOf({ passages }: Row): Lengths {
  const given = passages.filter(({ origin, text }) => origin !== 'generated' && text.trim() !== '')
  const lengths = Float64Array.from(given.map(({ text }) => lengthOf(text))).sort()
  const at = (part: number) => nearestRank(lengths, part) ?? 0
  return { typical: at(0.5), shortest: Math.floor(at(OUTER) / SLACK), longest: Math.ceil(at(1 - OUTER) * SLACK) }
}

/** Returns the length in code points, without white space at the ends. */
export function lengthOf(text: string): number {
  const trimmed = text.trim()
  return trimmed.length - (trimmed.match(PAIR)?.length ?? 0)
}

/** One character made of two UTF-16 units. */
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g

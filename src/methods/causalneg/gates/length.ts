// Gate: as long as the passages of the row are. Length alone would tell written passages from mined ones.
// The row's own passages are what a model compares with each other; a file of several datasets has no one distribution.
import { nearestRank } from '../../../statistics/quantiles.ts'
import type { Row } from '../../../rows/row.ts'

/** Lengths in characters (Unicode code points). */
export interface Lengths {
  /** The median. */
  typical: number
  /** Half the length that a tenth of the passages does not reach. */
  shortest: number
  /** Twice the length that a tenth of them exceeds. */
  longest: number
}

const OUTER = 0.1
const SLACK = 2

/** What length a passage of this row has. Passages that a model wrote do not count. */
export function lengthsOf({ passages }: Row): Lengths {
  const given = passages.filter(({ origin, text }) => origin !== 'generated' && text.trim() !== '')
  const lengths = Float64Array.from(given.map(({ text }) => lengthOf(text))).sort()
  const at = (part: number) => nearestRank(lengths, part) ?? 0
  return { typical: at(0.5), shortest: Math.floor(at(OUTER) / SLACK), longest: Math.ceil(at(1 - OUTER) * SLACK) }
}

/** In code points, white space at the ends aside. */
export function lengthOf(text: string): number {
  const trimmed = text.trim()
  return trimmed.length - (trimmed.match(PAIR)?.length ?? 0)
}

/** One character in two UTF-16 units. */
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g

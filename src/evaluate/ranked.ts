// Sorts the results of a query as trec_eval does: by score, highest first, and ties by document id, last first.

/** The documents retrieved for one query, in any order. */
export interface QueryResults {
  query: string
  /** Distinct ids. */
  documents: readonly string[]
  /** One per document; higher is better. */
  scores: ArrayLike<number>
}

/**
 * How scores are compared. `single`: as 32-bit floats, as in trec_eval up to version 9 and pytrec_eval, so that scores which differ in the
 * eighth digit are equal. `double`: as in trec_eval 10.
 */
export const SCORE_PRECISIONS = ['single', 'double'] as const
export type ScorePrecision = (typeof SCORE_PRECISIONS)[number]

/** Returns the document ids, best first. Ranks in a file are ignored. */
export function ranked({ documents, scores }: QueryResults, precision: ScorePrecision = 'single'): string[] {
  const compared = precision === 'single' ? new Float32Array(scores) : new Float64Array(scores)
  const isBefore = (a: number, b: number) => {
    const [first, second] = [compared[a] as number, compared[b] as number]
    return first === second ? compareBytes(documents[b] as string, documents[a] as string) : first > second ? -1 : 1
  }
  const isSorted = documents.every((_document, index) => index === 0 || isBefore(index - 1, index) < 0)
  if (isSorted) return documents as string[]
  const order = documents.map((_document, index) => index).toSorted(isBefore)
  return order.map((index) => documents[index] as string)
}

/** Compares texts by their UTF-8 bytes, like strcmp; JavaScript's own order puts surrogates before characters with fewer bytes. */
function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [first, second] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (first === second) continue
    const areHigh = first >= 0xd800 && second >= 0xd800
    return areHigh ? afterSurrogates(first) - afterSurrogates(second) : first - second
  }
  return a.length - b.length
}

/** Maps a code unit from U+D800 on to its place in the order of bytes: surrogates come last. */
const afterSurrogates = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit + 0x2000)

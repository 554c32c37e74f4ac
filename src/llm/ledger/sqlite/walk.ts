// Reads a range of a table whose pages may be damaged: what cannot be read in one go is read in halves, down to single places.

/** Failed reads after which the rest is given up: enough for the rows of hundreds of damaged pages. */
const MOST_FAILURES = 200_000

/**
 * Calls `read` for [low, high), and for its halves where it fails. It may be called again for what it has read.
 * @returns the places that cannot be read
 */
export function walk(low: number, high: number, read: (low: number, high: number) => void): number[] {
  const lost: number[] = []
  let failures = 0
  const visit = (from: number, to: number): void => {
    if (from >= to || failures > MOST_FAILURES) return
    try {
      read(from, to)
    } catch {
      failures += 1
      if (to - from === 1) {
        lost.push(from)
        return
      }
      const middle = from + Math.floor((to - from) / 2)
      visit(from, middle)
      visit(middle, to)
    }
  }
  visit(low, high)
  return lost
}

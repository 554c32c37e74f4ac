// Measures how hard a negative is by its percentile among others.

/**
 * Returns the mid-rank percentile of a value: the share of the others below it plus half of those equal to it; from 0 to 1. Null if there
 * are no others.
 */
export function midRank(value: number, others: Iterable<number>): number | null {
  let count = 0
  let below = 0
  for (const other of others) {
    count += 1
    if (other < value) below += 1
    else if (other === value) below += 0.5
  }
  return count === 0 ? null : below / count
}

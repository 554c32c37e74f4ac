// How hard a negative is, told by where it stands among others.

/**
 * The mid-rank percentile of a value: the share of the others that are below it, and half of those that are level with it; from 0 to 1.
 * Null where there are no others.
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

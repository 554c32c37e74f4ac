// Intervals for what is counted.

/** A 95% confidence interval, both ends included. */
export interface Interval {
  low: number
  high: number
}

const Z95 = 1.959963984540054

/** Wilson's score interval for a share of `hits` out of `total` (Wilson 1927). 0 to 1 when nothing was drawn. */
export function wilson(hits: number, total: number, z = Z95): Interval {
  if (total === 0) return { low: 0, high: 1 }
  const share = hits / total
  const centre = share + (z * z) / (2 * total)
  const spread = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))
  const scale = 1 + (z * z) / total
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) }
}

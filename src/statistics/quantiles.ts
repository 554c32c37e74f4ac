// Quantiles of values in ascending order: between neighbours, or one of the values themselves.

/**
 * Between the two values beside the place share · (N − 1), counted from 0, by a straight line: type 7 of Hyndman and Fan (1996), as NumPy
 * and R have it unless told otherwise.
 * @param sorted at least one value
 * @param share 0 to 1
 */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]
  return below + (above - below) * (place - Math.floor(place))
}

/** The value at or below which a share of them lies (nearest rank); null when there are none. */
export function nearestRank(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

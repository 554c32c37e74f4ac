// Quantiles of values in ascending order: interpolated, or one of the values themselves.

/**
 * Interpolates linearly between the two values around index share · (N − 1): type 7 of Hyndman and Fan (1996), the default in NumPy and R.
 * @param sorted at least one value
 * @param share 0 to 1
 */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]
  return below + (above - below) * (place - Math.floor(place))
}

/** Returns the value at or below which a share of them lies (nearest rank); null if there are none. */
export function nearestRank(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

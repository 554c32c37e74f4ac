// The range of an axis.

/** Returns the range of values with a small margin. */
export function extentOf(values: readonly number[], air = 0.06): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  if (low > high) return [0, 1]
  const more = (high - low || 1) * air
  return [low - more, high + more]
}

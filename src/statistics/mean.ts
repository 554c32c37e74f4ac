// Sums and means, added in the order of the values.

export function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** Returns the mean; 0 if there are no values. */
export const meanOf = (values: Iterable<number> & { length: number }): number =>
  sumOf(values) / Math.max(1, values.length)

/** Returns the mean; null if there are no values and 0 would be misleading. */
export const meanOrNull = (values: Iterable<number> & { length: number }): number | null =>
  values.length === 0 ? null : meanOf(values)

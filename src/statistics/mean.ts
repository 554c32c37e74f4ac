// Sums and means, added up in the order of the values.

export function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** 0 of no values. */
export const meanOf = (values: Iterable<number> & { length: number }): number =>
  sumOf(values) / Math.max(1, values.length)

/** Null of no values, where 0 would say something. */
export const meanOrNull = (values: Iterable<number> & { length: number }): number | null =>
  values.length === 0 ? null : meanOf(values)

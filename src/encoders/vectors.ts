// Plain arithmetic on vectors stored row by row in one array.

/** Normalises each row to length 1, in place; a row of zeros stays. */
export function normalizeRows(vectors: Float32Array, dimensions: number): void {
  for (let start = 0; start < vectors.length; start += dimensions) {
    const row = vectors.subarray(start, start + dimensions)
    const length = Math.sqrt(innerProduct(row, row))
    if (length > 0) for (let at = 0; at < dimensions; at++) row[at] = (row[at] as number) / length
  }
}

/** Returns the inner product of two vectors of equal length. */
export function innerProduct(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number)
  return sum
}

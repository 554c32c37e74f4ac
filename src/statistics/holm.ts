// Several comparisons at once: p-values that keep the probability of any false finding at the stated level.

/** Returns Holm's step-down adjustment (Holm 1979) of each p-value, in the given order. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((_, index) => index)
    .toSorted((one, other) => (pValues[one] as number) - (pValues[other] as number))
  const adjusted: number[] = []
  let least = 0
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (pValues[index] as number) * (pValues.length - rank)))
    adjusted[index] = least
  })
  return adjusted
}

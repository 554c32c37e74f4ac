// The smallest of many numbers by a measure, without a list of all.

/**
 * Returns the numbers with the smallest measures in the order of these; of equal ones, the smaller number is first. Measures each number once.
 * @param most how many, at most; none if it is below 1
 */
export function smallest(numbers: Iterable<number>, most: number, measure: (each: number) => number): number[] {
  if (most < 1) return []
  let kept: { number: number; by: number }[] = []
  let bar = Infinity
  const cut = () => {
    kept = kept.sort((one, other) => one.by - other.by || one.number - other.number).slice(0, most)
  }
  for (const number of numbers) {
    const by = measure(number)
    if (by > bar) continue
    kept.push({ number, by })
    if (kept.length < 2 * most) continue
    cut()
    bar = kept.at(-1)?.by ?? Infinity
  }
  cut()
  return kept.map(({ number }) => number)
}

// Rows with replies lie anywhere in the files: spread over them, or the first ones of a run that was stopped. How far each speaks for the rows that are left.

/** Rows with replies in a part of the file, at least, on average and after parts with fewer were joined. */
const USUAL = 10
const FEWEST = 5
const MOST_PARTS = 20
/** Parts in which rows with replies are looked for, at most, to say whether they are spread. */
const WIDE_PARTS = 5

/**
 * Returns how many rows without replies each row with replies stands for: as many as there are for each in its part of the file. Rows
 * that lie in other parts than most of those without replies all count alike, as there is no telling.
 * @param seen places of rows with replies @param open places of those without, of `rows` rows
 */
export function weightsByPlace(seen: readonly number[], open: readonly number[], rows: number): number[] {
  const parts = Math.min(MOST_PARTS, Math.floor(seen.length / USUAL))
  if (parts < 2 || open.length === 0 || shareElsewhere(seen, open, rows) > 0.5) return seen.map(() => 1)
  const joined = joinedParts(countIn(parts, seen, rows))
  const partOf = (place: number) => joined[Math.floor((place * parts) / rows)] as number
  const [of, left] = [new Map<number, number>(), new Map<number, number>()]
  for (const place of seen) of.set(partOf(place), (of.get(partOf(place)) ?? 0) + 1)
  for (const place of open) left.set(partOf(place), (left.get(partOf(place)) ?? 0) + 1)
  return seen.map((place) => (left.get(partOf(place)) ?? 0) / (of.get(partOf(place)) as number))
}

/** The share of the rows without replies that lie in parts of the file where no row has any: fifths, or wider ones of fewer replies. */
export function shareElsewhere(seen: readonly number[], open: readonly number[], rows: number): number {
  const parts = Math.min(WIDE_PARTS, seen.length)
  const [of, left] = [countIn(parts, seen, rows), countIn(parts, open, rows)]
  const elsewhere = left.reduce((sum, count, part) => sum + (of[part] === 0 ? count : 0), 0)
  return open.length === 0 ? 0 : elsewhere / open.length
}

function countIn(parts: number, places: readonly number[], rows: number): number[] {
  const counts = Array.from({ length: parts }, () => 0)
  for (const place of places) {
    const part = Math.floor((place * parts) / rows)
    counts[part] = (counts[part] as number) + 1
  }
  return counts
}

/** Joins neighbouring parts until each has enough; returns the number of the joined part of each. */
function joinedParts(counts: readonly number[]): number[] {
  let [number, sum] = [0, 0]
  const joined = counts.map((count) => {
    if (sum >= FEWEST) [number, sum] = [number + 1, 0]
    sum += count
    return number
  })
  // The last ones have too few of their own.
  return sum >= FEWEST ? joined : joined.map((each) => Math.min(each, Math.max(0, number - 1)))
}

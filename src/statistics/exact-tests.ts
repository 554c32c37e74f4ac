// Whether two shares differ, exactly, however few there are.

/**
 * The chance that the first of two groups would have so many hits, or more, if both had the same rate: Fisher's exact test, one-sided
 * (Fisher 1934). 1 when one of the groups is empty.
 */
export function fisherAbove(first: { hits: number; of: number }, second: { hits: number; of: number }): number {
  if (first.of === 0 || second.of === 0) return 1
  const hits = first.hits + second.hits
  const all = logChoose(first.of + second.of, hits)
  let chance = 0
  for (let each = first.hits; each <= Math.min(first.of, hits); each++) {
    if (hits - each > second.of) continue
    chance += Math.exp(logChoose(first.of, each) + logChoose(second.of, hits - each) - all)
  }
  return Math.min(1, chance)
}

function logChoose(from: number, count: number): number {
  let sum = 0
  for (let each = 1; each <= count; each++) sum += Math.log(from - count + each) - Math.log(each)
  return sum
}

/** The chance of so many hits, or more, of independent events with these chances (Poisson's binomial distribution). */
export function hitsAbove(hits: number, chances: readonly number[]): number {
  let counts = [1]
  for (const chance of chances) {
    counts = Array.from({ length: counts.length + 1 }, (_all, many) => {
      return (counts[many] ?? 0) * (1 - chance) + (counts[many - 1] ?? 0) * chance
    })
  }
  return counts.slice(hits).reduce((sum, each) => sum + each, 0)
}

/** The chance of so many hits, or fewer, in independent draws that each hit with this chance (the binomial distribution). */
export function binomialAtMost(hits: number, draws: number, chance: number): number {
  if (chance <= 0 || hits >= draws) return 1
  if (chance >= 1) return 0
  let [sum, log] = [0, draws * Math.log1p(-chance)]
  const odds = Math.log(chance) - Math.log1p(-chance)
  for (let each = 0; each <= hits; each++) {
    sum += Math.exp(log)
    log += odds + Math.log(draws - each) - Math.log(each + 1)
  }
  return Math.min(1, sum)
}

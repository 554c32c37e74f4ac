// The sums behind nDCG and similar measures.
import type { Ranking } from '../ranking.ts'

/** Maps a grade to its gain. */
export type Gain = (grade: number) => number

/** Returns the grade itself. */
export const linearGain: Gain = (grade) => grade

/** Returns the gains of the best possible ranking: all that are above 0, the highest first. */
export function idealGains({ levels }: Ranking, gainOf: Gain = linearGain): number[] {
  const gains = levels
    .map(({ grade, count }) => ({ count, gain: gainOf(grade) }))
    .filter(({ gain }) => gain > 0)
    .toSorted((a, b) => b.gain - a.gain)
  return gains.flatMap(({ count, gain }) => Array<number>(count).fill(gain))
}

/** Returns the gains of the first `cutoff` documents; those without a judgement have gain 0. */
export function retrievedGains({ grades }: Ranking, gainOf: Gain = linearGain, cutoff?: number): number[] {
  return grades.slice(0, cutoff).map((grade) => (grade < 0 ? 0 : gainOf(grade)))
}

/** Computes discounted cumulative gain: each gain divided by log2(rank + 1). */
export function discounted(gains: readonly number[], cutoff = gains.length): number {
  let sum = 0
  const end = Math.min(cutoff, gains.length)
  for (let index = 0; index < end; index++) {
    const gain = gains[index] as number
    if (gain !== 0) sum += gain / Math.log2(index + 2)
  }
  return sum
}

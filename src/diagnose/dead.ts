// Negatives that training takes next to nothing from, because others of their row are so much nearer to the query.
import type { BySource } from './case.ts'

/** A negative is dead that has less than this part of what it would have if all of its row had the same. */
const DEAD = 0.1

/**
 * The shares of a row's negatives of each source whose p is below .1 / (M + G); p = e^(s/t) / Σ e^(s/t) over the row's M mined and G
 * generated negatives, without the positive.
 * @param temperature t
 */
export function deadShares(
  { mined, generated }: BySource<number>,
  temperature: number,
): Record<keyof BySource<number>, number> {
  const all = [...mined, ...generated]
  const most = Math.max(...all)
  const weightOf = (similarity: number) => Math.exp((similarity - most) / temperature)
  const bar = (DEAD / all.length) * all.reduce((sum, similarity) => sum + weightOf(similarity), 0)
  const share = (of: readonly number[]) => of.filter((similarity) => weightOf(similarity) < bar).length / of.length
  return { mined: share(mined), generated: share(generated) }
}

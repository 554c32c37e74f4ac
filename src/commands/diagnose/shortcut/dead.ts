// Negatives that barely affect training because others of their row are much nearer to the query.
import type { BySource } from './case.ts'

/** A negative is dead if it has less than this fraction of an even share. */
const DEAD = 0.1

/**
 * Finds a row's negatives of each source with p below 0.1 / (M + G); p = e^(s/t) / Σ e^(s/t) over the row's M mined and G
 * generated negatives, without the positive.
 * @param temperature t
 */
export function deadNegatives({ mined, generated }: BySource<number>, temperature: number): BySource<boolean> {
  const all = [...mined, ...generated]
  const most = Math.max(...all)
  const weightOf = (similarity: number) => Math.exp((similarity - most) / temperature)
  const bar = (DEAD / all.length) * all.reduce((sum, similarity) => sum + weightOf(similarity), 0)
  const isDead = (similarity: number) => weightOf(similarity) < bar
  return { mined: mined.map(isDead), generated: generated.map(isDead) }
}

/** Returns the share of dead negatives of a row for each source. */
export function deadShares(row: BySource<number>, temperature: number): Record<keyof BySource<number>, number> {
  const { mined, generated } = deadNegatives(row, temperature)
  const share = (of: readonly boolean[]) => of.filter(Boolean).length / of.length
  return { mined: share(mined), generated: share(generated) }
}

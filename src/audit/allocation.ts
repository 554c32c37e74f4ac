// How many passages of each stratum are drawn, and who judges them.
import { unitHash } from '../base/hash.ts'
import { sumOf } from '../statistics/mean.ts'

/**
 * Divides a sample over strata: at least `atLeast` of each, or all it has; the rest by the square root of its size, so that what is rare
 * is not missed and what is frequent does not take everything (power allocation, Bankier 1988).
 * @param wanted more than the strata hold gives all of them
 */
export function allocate(populations: readonly number[], wanted: number, atLeast: number): number[] {
  const total = Math.min(wanted, sumOf(populations))
  const least = Math.min(atLeast, Math.floor(total / Math.max(1, populations.length)))
  const items = populations.map((population) => Math.min(population, least))
  const sizes = populations.map((population) => Math.sqrt(population))
  for (let left = total - sumOf(items); left > 0; left = total - sumOf(items)) {
    const open = populations.map((population, index) => population > (items[index] as number))
    const scale = left / sumOf(sizes.filter((_size, index) => open[index]))
    const shares = sizes.map((size, index) => (open[index] ? size * scale : 0))
    const whole = shares.map((share, index) =>
      Math.min(Math.floor(share), (populations[index] as number) - (items[index] as number)),
    )
    if (sumOf(whole) === 0) {
      const most = shares.indexOf(Math.max(...shares))
      items[most] = (items[most] as number) + 1
    } else whole.forEach((more, index) => (items[index] = (items[index] as number) + more))
  }
  return items
}

/**
 * Says who judges each item: an overlap that everyone sees, spread over the strata, and the others in turn. Null is everyone.
 * @param items with the stratum of each
 */
export function assign(
  items: readonly { item: string; stratum: number }[],
  { assessors, overlap, seed }: { assessors: readonly string[]; overlap: number; seed: number },
): (string[] | null)[] {
  if (assessors.length < 2) return items.map(() => null)
  // Ordered by the place within its stratum, every beginning of the list has each stratum in its share.
  const drawn = items.map(({ item, stratum }, index) => ({ index, stratum, key: unitHash(`overlap ${seed} ${item}`) }))
  const spread = [...Map.groupBy(drawn, ({ stratum }) => stratum).values()].flatMap((group) =>
    group
      .toSorted((one, other) => one.key - other.key)
      .map((each, place) => ({ ...each, at: (place + 0.5) / group.length })),
  )
  const to = items.map((): string[] | null => null)
  spread
    .toSorted((one, other) => one.at - other.at || one.key - other.key)
    .slice(overlap)
    .forEach(({ index }, turn) => (to[index] = [assessors[turn % assessors.length] as string]))
  return to
}

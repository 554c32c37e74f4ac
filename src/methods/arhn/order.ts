// Decides in which order candidates are shown for ranking, and in how many calls.
import { unitHash } from '../../base/hash.ts'

/** Items in one call. The paper gives no number; listwise rankers are trained on lists of this length. */
const WINDOW = 20
/** Most positives in a window when there are several windows; the first ones of the row represent all. */
const MOST_ANCHORS = WINDOW / 2

/**
 * Splits the candidates into windows that each hold the anchors, because only the relation to the anchors matters.
 * @returns the items of each window in the order to show, drawn from `seed`
 */
export function windowsOf<T extends { id: string }>(anchors: T[], candidates: T[], seed: string): T[][] {
  const isShort = anchors.length + candidates.length <= WINDOW
  const shown = isShort ? anchors : anchors.slice(0, MOST_ANCHORS)
  const drawn = shuffled(candidates, seed)
  const room = WINDOW - shown.length
  const count = Math.max(1, Math.ceil(drawn.length / room))
  // Windows are as even as possible, so that the last one is not a small remnant.
  const size = Math.ceil(drawn.length / count)
  return Array.from({ length: count }, (_all, index) => {
    const part = drawn.slice(index * size, (index + 1) * size)
    return shuffled([...shown, ...part], `${seed} ${index}`)
  }).filter((window) => window.length > shown.length)
}

/** The items shown in one call. */
export interface RankingWindow<T> {
  /** Number of the permutation, from 1. */
  order: number
  window: string
  items: T[]
}

/**
 * Returns the windows of all orders. Every second order reverses the one before it. A candidate that gains from its position in one loses
 * as much in the other, so a model that goes by position alone promotes nothing.
 * @param seedOf returns the seed of an order
 */
export function permutationsOf<T extends { id: string }>(
  anchors: T[],
  candidates: T[],
  permutations: number,
  seedOf: (order: number) => string,
): RankingWindow<T>[] {
  const orders = Array.from({ length: permutations }, (_all, index) => index + 1)
  return orders.flatMap((order) => {
    const isTurned = order % 2 === 0
    const windows = windowsOf(anchors, candidates, seedOf(isTurned ? order - 1 : order))
    return windows.map((items, index) => ({
      order,
      window: String(index + 1),
      items: isTurned ? items.toReversed() : items,
    }))
  })
}

/** Shuffles the items; the result depends only on their ids and the seed. */
export function shuffled<T extends { id: string }>(items: T[], seed: string): T[] {
  const drawn = new Map(items.map((item) => [item, unitHash(`${seed} ${item.id}`)]))
  return items.toSorted((a, b) => (drawn.get(a) as number) - (drawn.get(b) as number))
}

// In which order candidates are shown for ranking, and in how many calls.
import { unitHash } from '../../base/hash.ts'

/** Items in one call. Paper-silent; listwise rankers are trained on lists of this length. */
const WINDOW = 20
/** Positives in each of several windows: the first of the row stand for all. */
const MOST_ANCHORS = WINDOW / 2

/**
 * Splits what is to be ranked into windows that each hold the anchors, for only the relation to them matters.
 * @returns for each window its items in the order to show, drawn from `seed`
 */
export function windowsOf<T extends { id: string }>(anchors: T[], candidates: T[], seed: string): T[][] {
  const isShort = anchors.length + candidates.length <= WINDOW
  const shown = isShort ? anchors : anchors.slice(0, MOST_ANCHORS)
  const drawn = shuffled(candidates, seed)
  const room = WINDOW - shown.length
  const count = Math.max(1, Math.ceil(drawn.length / room))
  // As even as they can be: the last window is not a remnant.
  const size = Math.ceil(drawn.length / count)
  return Array.from({ length: count }, (_all, index) => {
    const part = drawn.slice(index * size, (index + 1) * size)
    return shuffled([...shown, ...part], `${seed} ${index}`)
  }).filter((window) => window.length > shown.length)
}

/** What is shown in one call. */
export interface RankingWindow<T> {
  /** From 1: which of the permutations. */
  order: number
  window: string
  items: T[]
}

/**
 * The windows of so many orders. Every second is the one before it from its end: whatever a model gains one candidate by its
 * place it takes away again, so that a model that goes by places alone promotes nothing.
 * @param seedOf the seed of an order
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

/** The items in an order that depends on nothing but their ids and the seed. */
function shuffled<T extends { id: string }>(items: T[], seed: string): T[] {
  const drawn = new Map(items.map((item) => [item, unitHash(`${seed} ${item.id}`)]))
  return items.toSorted((a, b) => (drawn.get(a) as number) - (drawn.get(b) as number))
}

// Whether a judge goes by the place in which a passage is shown.
import { chiSquareAbove } from '../statistics/distributions.ts'
import { hitsAbove } from '../statistics/exact-tests.ts'
import { shareOf, type Share } from '../statistics/share.ts'

/** The place that is named most, measured against what its lists name in other places. */
export interface PlaceFindings {
  /** From 1. */
  place: number
  /** Of the lists that are so long: those in which it is named. */
  named: Share
  /** The chance of such a difference between places if none were preferred. */
  p: number
}

/**
 * Cochran's Q (Cochran 1950) over lists of different lengths: how often each place is named, against how often it would be if what a list
 * names were spread over its places by chance.
 * @param lists which passages were named, in the order shown
 */
export function placesIn(lists: readonly (readonly boolean[])[]): PlaceFindings | null {
  const telling = lists.filter((list) => list.includes(true) && list.includes(false))
  const size = Math.max(0, ...telling.map(({ length }) => length))
  if (size < 2) return null
  const places = Array.from({ length: size }, (_all, place) => {
    const those = telling.filter(({ length }) => length > place)
    const rates = those.map((list) => list.filter(Boolean).length / list.length)
    const named = those.filter((list) => list[place]).length
    const expected = rates.reduce((sum, rate) => sum + rate, 0)
    const variance = rates.reduce((sum, rate) => sum + rate * (1 - rate), 0)
    return { place: place + 1, share: shareOf(named, those.length), excess: named - expected, variance }
  })
  const statistic = places.reduce((sum, { excess, variance }) => sum + excess ** 2 / variance, 0)
  const [most] = places.toSorted((a, b) => b.excess - a.excess) as [(typeof places)[number]]
  return { place: most.place, named: most.share, p: chiSquareAbove((statistic * (size - 1)) / size, size - 1) }
}

export interface OrderFindings {
  /** Rankings that are exactly the order shown, or exactly the opposite, whichever is more. */
  same: Share
  isOpposite: boolean
  /** The chance of so many if rankings had nothing to do with the order. */
  p: number
}

/** @param rankings the ranks of the passages, in the order shown */
export function ordersIn(rankings: readonly (readonly number[])[]): OrderFindings | null {
  const several = rankings.filter(({ length }) => length > 1)
  if (several.length === 0) return null
  const rising = (ranks: readonly number[]) => ranks.every((rank, at) => at === 0 || rank > (ranks[at - 1] as number))
  const forth = several.filter(rising).length
  const back = several.filter((ranks) => rising(ranks.toReversed())).length
  const hits = Math.max(forth, back)
  const chances = several.map(({ length }) => 1 / factorial(length))
  const p = Math.min(1, 2 * hitsAbove(hits, chances))
  return { same: shareOf(hits, several.length), isOpposite: back > forth, p }
}

const factorial = (number: number): number => (number <= 1 ? 1 : number * factorial(number - 1))

// Every random choice of training: a hash of the seed, the epoch, the row and the purpose. There is no generator with a state, so changing
// or removing a row leaves all other draws as they were.
import { mix } from '../base/hash.ts'

/** Purposes of draws; two purposes never share a draw. */
export const PURPOSE = { order: 1, positive: 2, negative: 3, development: 4, pool: 5, narrow: 6 } as const

export interface Draw {
  seed: number
  /** From 1. */
  epoch: number
}

type Code = readonly [number, number]

/** Returns the rows of an epoch in training order. @param codeOf returns 64 bits of a row's id */
export function orderOf(rows: Uint32Array, codeOf: (row: number) => Code, { seed, epoch }: Draw): Uint32Array {
  const drawn = Float64Array.from(rows, (row) => {
    const [high, low] = codeOf(row)
    return mix(seed, epoch, high, low, PURPOSE.order) * 2 ** 20 + (low >>> 12)
  })
  return Uint32Array.from(rows.keys())
    .sort((one, other) => (drawn[one] as number) - (drawn[other] as number))
    .map((place) => rows[place] as number)
}

/** Draws one of several, a different one in each epoch. */
export function oneOf(count: number, [high, low]: Code, { seed, epoch }: Draw): number {
  return count === 1 ? 0 : mix(seed, epoch, high, low, PURPOSE.positive) % count
}

/**
 * Draws passages of a list without replacement, each by a hash of its text, so that removing one passage
 * leaves the other draws as they were.
 * @param codeOf returns 32 bits of the text of a passage
 * @param into receives the drawn passages
 * @returns how many were drawn: `wanted`, or all if there are fewer
 */
export function someOf(
  passages: ArrayLike<number>,
  codeOf: (passage: number) => number,
  [high, low]: Code,
  { seed, epoch }: Draw,
  wanted: number,
  into: { passages: Uint32Array; keys: Uint32Array },
): number {
  let count = 0
  for (let at = 0; at < passages.length; at++) {
    const passage = passages[at] as number
    const key = mix(seed, epoch, high, low, codeOf(passage), PURPOSE.negative)
    let place = Math.min(count, wanted)
    while (place > 0 && key < (into.keys[place - 1] as number)) place -= 1
    if (place >= wanted) continue
    count = Math.min(count + 1, wanted)
    into.keys.copyWithin(place + 1, place, count - 1)
    into.passages.copyWithin(place + 1, place, count - 1)
    into.keys[place] = key
    into.passages[place] = passage
  }
  return count
}

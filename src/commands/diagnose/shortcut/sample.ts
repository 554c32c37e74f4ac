// A fair sample of what streams by, when nobody knows how much there will be.
import { randomFrom } from '../../../base/random.ts'

/** Holds at most so many of what it is shown, each with the same chance (algorithm R: Vitter 1985). */
export class Reservoir<T> {
  readonly #size: number
  readonly #random: () => number
  readonly #held: { at: number; value: T }[] = []
  #seen = 0

  constructor(size: number, seed: number) {
    this.#size = size
    this.#random = randomFrom(seed)
  }

  /** How many it was shown. */
  get seen(): number {
    return this.#seen
  }

  show(value: T): void {
    const at = this.#seen++
    if (at < this.#size) this.#held.push({ at, value })
    else {
      const place = Math.floor(this.#random() * (at + 1))
      if (place < this.#size) this.#held[place] = { at, value }
    }
  }

  /** What it holds, in the order in which it was shown. */
  held(): T[] {
    return this.#held.toSorted((one, other) => one.at - other.at).map(({ value }) => value)
  }
}

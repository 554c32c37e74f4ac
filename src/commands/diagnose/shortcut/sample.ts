// Draws a fair sample of a stream of unknown length.
import { randomFrom } from '../../../base/random.ts'

/** Holds at most `size` of the items shown to it, each with the same probability (algorithm R: Vitter 1985). */
export class Reservoir<T> {
  readonly #size: number
  readonly #random: () => number
  readonly #held: { at: number; value: T }[] = []
  #seen = 0

  constructor(size: number, seed: number) {
    this.#size = size
    this.#random = randomFrom(seed)
  }

  /** Number of items shown. */
  get seen(): number {
    return this.#seen
  }

  /** @param keep makes an item; called only for one that is held */
  show(keep: () => T): void {
    const at = this.#seen++
    if (at < this.#size) this.#held.push({ at, value: keep() })
    else {
      const place = Math.floor(this.#random() * (at + 1))
      if (place < this.#size) this.#held[place] = { at, value: keep() }
    }
  }

  /** Returns the held items in the order in which they were shown. */
  held(): T[] {
    return this.#held.toSorted((one, other) => one.at - other.at).map(({ value }) => value)
  }
}

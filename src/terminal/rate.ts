// How fast something counts up, taken from the last moments at which it was looked at.

/** So many moments. */
const WINDOW = 50

export class Rate {
  readonly #moments: { at: number; count: number }[] = []

  /** Looks at the count now. @returns by how much it grows in a second; undefined at the first look */
  perSecond(count: number): number | undefined {
    this.#moments.push({ at: performance.now(), count })
    if (this.#moments.length > WINDOW) this.#moments.shift()
    const [first, last] = [this.#moments[0], this.#moments.at(-1)]
    if (!first || !last || last.at <= first.at) return undefined
    return ((last.count - first.count) * 1000) / (last.at - first.at)
  }
}

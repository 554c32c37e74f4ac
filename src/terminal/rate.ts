// How fast a count grows, measured over its most recent samples.

/** The number of samples. */
const WINDOW = 50

export class Rate {
  readonly #moments: { at: number; count: number }[] = []

  /** Samples the count. @returns its growth per second; undefined for the first sample */
  perSecond(count: number): number | undefined {
    this.#moments.push({ at: performance.now(), count })
    if (this.#moments.length > WINDOW) this.#moments.shift()
    const [first, last] = [this.#moments[0], this.#moments.at(-1)]
    if (!first || !last || last.at <= first.at) return undefined
    return ((last.count - first.count) * 1000) / (last.at - first.at)
  }
}

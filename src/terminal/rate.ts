// How fast a count grows, measured over its most recent samples.

/** The number of samples. */
const WINDOW = 50

export class Rate {
  readonly #moments: { at: number; count: number }[] = []
  readonly #least: number

  /** @param least the growth that the samples must cover; as many more are kept as that takes */
  constructor(least = 0) {
    this.#least = least
  }

  /** Samples the count. @returns its growth per second; undefined for the first sample */
  perSecond(count: number): number | undefined {
    const moments = this.#moments
    moments.push({ at: performance.now(), count })
    while (moments.length > WINDOW && count - (moments[1]?.count ?? count) >= this.#least) moments.shift()
    const [first, last] = [moments[0], moments.at(-1)]
    if (!first || !last || last.at <= first.at) return undefined
    return ((last.count - first.count) * 1000) / (last.at - first.at)
  }
}

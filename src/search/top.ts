// The best few of many scores, seen in the order of the corpus: what every search ends with.

/** Document ordinals and their scores, best first; equal scores in the order of the corpus. */
export interface Ranking {
  ordinals: Uint32Array
  scores: Float64Array
}

export interface Top {
  /** The score that a further document has to exceed; -Infinity while there is room. */
  readonly bar: number
  /** Takes a document that comes after all that were seen before, when its score exceeds the bar. */
  add(ordinal: number, score: number): void
  ranking(): Ranking
}

/** Keeps the `depth` best in a heap with the worst on top. Of equal scores the one seen first is the better one. */
export function topOf(depth: number): Top {
  const ordinals: number[] = []
  const scores: number[] = []
  let bar = depth > 0 ? -Infinity : Infinity
  const isWorse = (one: number, other: number) =>
    (scores[one] as number) < (scores[other] as number) ||
    (scores[one] === scores[other] && (ordinals[one] as number) > (ordinals[other] as number))
  const swap = (one: number, other: number) => {
    const [ordinal, score] = [ordinals[one] as number, scores[one] as number]
    ordinals[one] = ordinals[other] as number
    scores[one] = scores[other] as number
    ordinals[other] = ordinal
    scores[other] = score
  }
  const rise = (at: number) => {
    for (let child = at; child > 0;) {
      const parent = (child - 1) >> 1
      if (!isWorse(child, parent)) return
      swap(child, parent)
      child = parent
    }
  }
  const sink = () => {
    for (let parent = 0; ;) {
      let worst = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < scores.length && isWorse(child, worst)) worst = child
      }
      if (worst === parent) return
      swap(worst, parent)
      parent = worst
    }
  }
  return {
    get bar() {
      return bar
    },
    add(ordinal, score) {
      if (scores.length < depth) {
        ordinals.push(ordinal)
        rise(scores.push(score) - 1)
      } else {
        ordinals[0] = ordinal
        scores[0] = score
        sink()
      }
      if (scores.length === depth) bar = scores[0] as number
    },
    ranking() {
      const order = Array.from(scores.keys()).toSorted((one, other) => (isWorse(one, other) ? 1 : -1))
      return {
        ordinals: Uint32Array.from(order, (at) => ordinals[at] as number),
        scores: Float64Array.from(order, (at) => scores[at] as number),
      }
    },
  }
}

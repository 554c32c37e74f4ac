// Keeps the best few of many scores, added in the order of the corpus: the last step of every search.

/** Document ordinals and their scores, best first; ties in the order of the corpus. */
export interface Ranking {
  ordinals: Uint32Array
  scores: Float64Array
}

export interface TopList {
  /** The score that a further document must exceed; -Infinity while there is room. */
  readonly bar: number
  /** Adds a document that comes after all earlier ones if its score exceeds the bar. */
  add(ordinal: number, score: number): void
  /** Returns the ranking; must be called only once, at the end. */
  ranking(): Ranking
}

/** Initial capacity, in documents. */
const ROOM = 1024

/** Keeps the `depth` best. Among equal scores, the one seen first is better. */
export const topOf = (depth: number): TopList => new Heap(depth)

/** A heap with the worst on top. A search spends its time here, so no step creates an object. */
class Heap implements TopList {
  bar: number
  readonly #depth: number
  #ordinals: Uint32Array<ArrayBuffer>
  #scores: Float64Array<ArrayBuffer>
  #size = 0

  constructor(depth: number) {
    this.bar = depth > 0 ? -Infinity : Infinity
    this.#depth = depth
    this.#ordinals = new Uint32Array(Math.min(depth, ROOM))
    this.#scores = new Float64Array(Math.min(depth, ROOM))
  }

  add(ordinal: number, score: number): void {
    if (this.#size === this.#depth) this.#sink(ordinal, score)
    else this.#rise(ordinal, score)
    if (this.#size === this.#depth) this.bar = this.#scores[0] as number
  }

  ranking(): Ranking {
    const count = this.#size
    while (this.#size > 1) {
      this.#size -= 1
      const worst = this.#ordinals[0] as number
      const score = this.#scores[0] as number
      this.#sink(this.#ordinals[this.#size] as number, this.#scores[this.#size] as number)
      this.#put(this.#size, worst, score)
    }
    return { ordinals: this.#ordinals.slice(0, count), scores: this.#scores.slice(0, count) }
  }

  /** Adds a document at the end, and moves it up while those above are better. */
  #rise(ordinal: number, score: number): void {
    if (this.#size === this.#scores.length) this.#grow()
    let place = this.#size++
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.#isBetter(parent, ordinal, score)) break
      this.#move(parent, place)
      place = parent
    }
    this.#put(place, ordinal, score)
  }

  /** Puts a document on top, and moves it down while those below are worse. */
  #sink(ordinal: number, score: number): void {
    let place = 0
    for (let child = 1; child < this.#size; child = 2 * place + 1) {
      const other = child + 1
      if (other < this.#size && this.#isBetter(child, this.#ordinals[other] as number, this.#scores[other] as number))
        child = other
      if (this.#isBetter(child, ordinal, score)) break
      this.#move(child, place)
      place = child
    }
    this.#put(place, ordinal, score)
  }

  /** Returns whether the document at a position is better than another. */
  #isBetter(place: number, ordinal: number, score: number): boolean {
    const own = this.#scores[place] as number
    return own > score || (own === score && (this.#ordinals[place] as number) < ordinal)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#ordinals[from] as number, this.#scores[from] as number)
  }

  #put(place: number, ordinal: number, score: number): void {
    this.#ordinals[place] = ordinal
    this.#scores[place] = score
  }

  #grow(): void {
    const room = Math.min(this.#depth, this.#size * 2)
    const [ordinals, scores] = [new Uint32Array(room), new Float64Array(room)]
    ordinals.set(this.#ordinals)
    scores.set(this.#scores)
    this.#ordinals = ordinals
    this.#scores = scores
  }
}

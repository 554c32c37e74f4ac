// Samples the rows of a large dataset: those whose ids have the smallest hashes. Removing a row changes at most one other.
import { codeOf, mix } from '../../base/hash.ts'

const DRAW = { first: 31, second: 32 } as const

/** A sample of one dataset: every id is shown first, then it tells which are taken. Holds at most twice the wanted number of hashes. */
export class Sample {
  readonly #wanted: number
  readonly #seed: number
  #keys: number[] = []
  #bound = Infinity
  #seen = 0

  /** @param wanted maximum number of rows; if there are fewer, all are taken */
  constructor(wanted: number, seed: number) {
    this.#wanted = wanted
    this.#seed = seed
  }

  /** Number of ids shown. */
  get seen(): number {
    return this.#seen
  }

  show(id: string): void {
    this.#seen += 1
    const key = this.#keyOf(id)
    if (key > this.#bound) return
    this.#keys.push(key)
    if (this.#keys.length >= this.#wanted * 2) this.#cut()
  }

  /** Returns whether a row is in the sample, once all have been shown. */
  takes(id: string): boolean {
    if (this.#keys.length > this.#wanted) this.#cut()
    return this.#keyOf(id) <= this.#bound
  }

  #cut(): void {
    const sorted = Float64Array.from(this.#keys).sort()
    this.#keys = Array.from(sorted.subarray(0, this.#wanted))
    this.#bound = this.#keys.at(-1) as number
  }

  /** Returns 52 bits. */
  #keyOf(id: string): number {
    const [high, low] = codeOf(id)
    return mix(this.#seed, high, low, DRAW.first) * 2 ** 20 + (mix(this.#seed, high, low, DRAW.second) >>> 12)
  }
}

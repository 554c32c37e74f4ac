// Inverts the bags of a step: for each token that occurs, the bags that hold it, so that its gradient is summed in one go.
import { COUNT_SHIFT } from './sizes.ts'
import type { Capacity, Layout } from './layout.ts'

const INDEX = (1 << COUNT_SHIFT) - 1

export class TokenLists {
  /** Number of tokens that occur in the step. */
  count = 0
  readonly #tokens: Uint32Array
  readonly #offsets: Uint32Array
  readonly #entries: Uint32Array
  /** Position of each vocabulary token among those that occur, plus 1; 0 between steps. */
  readonly #places: Uint32Array

  constructor(buffer: SharedArrayBuffer, layout: Layout, { tokens, entries, trains }: Capacity) {
    const distinct = Math.min(entries, tokens)
    this.#tokens = new Uint32Array(buffer, layout.tokens, distinct)
    this.#offsets = new Uint32Array(buffer, layout.tokenOffsets, distinct + 1)
    this.#entries = new Uint32Array(buffer, layout.tokenEntries, entries)
    this.#places = new Uint32Array(trains ? tokens : 0)
  }

  /** Lists tokens in order of first occurrence, and the bags of each in their order: the result is always the same for the same bags. */
  fill(entries: Uint32Array, bagOffsets: Uint32Array, bags: number): void {
    const [tokens, offsets, places, lists] = [this.#tokens, this.#offsets, this.#places, this.#entries]
    const end = bagOffsets[bags] as number
    let count = 0
    for (let at = 0; at < end; at++) {
      const token = (entries[at] as number) & INDEX
      const place = places[token] as number
      if (place === 0) {
        tokens[count] = token
        offsets[count] = 1
        places[token] = ++count
      } else offsets[place - 1] = (offsets[place - 1] as number) + 1
    }
    for (let place = 0, start = 0; place <= count; place++) {
      const size = place === count ? 0 : (offsets[place] as number)
      offsets[place] = start
      start += size
    }
    for (let bag = 0; bag < bags; bag++) {
      for (let at = bagOffsets[bag] as number, stop = bagOffsets[bag + 1] as number; at < stop; at++) {
        const packed = entries[at] as number
        const place = (places[packed & INDEX] as number) - 1
        const to = offsets[place] as number
        lists[to] = ((packed & ~INDEX) | bag) >>> 0
        offsets[place] = to + 1
      }
    }
    // Each offset is now at the end of its list, which is the start of the next.
    for (let place = count; place > 0; place--) offsets[place] = offsets[place - 1] as number
    offsets[0] = 0
    for (let place = 0; place < count; place++) places[tokens[place] as number] = 0
    this.count = count
  }
}

// A set of 64-bit content hashes with a small number for each: small enough for a pass over millions of rows.
import { hash } from 'node:crypto'

const INITIAL = 1 << 10
/** Share of the slots that may be taken, and by how much more of them the table grows: 14 to 18 bytes for an entry. */
const MOST_TAKEN = 0.85
const GROWTH = 1.25

/** Two numbers of 32 bits. */
export type Key = readonly [high: number, low: number]

/** Maps texts, by 64 bits of their SHA-256, to numbers from 1 to 2^32 - 1. Takes about 16 bytes per entry. */
export class HashTable {
  readonly #keyOf: (text: string) => Key
  #keys = new Uint32Array(INITIAL * 2)
  #values = new Uint32Array(INITIAL)
  #size = 0

  /** @param keyOf what stands for a text; another one is only for tests, which want equal keys of different texts */
  constructor(keyOf: (text: string) => Key = digestOf) {
    this.#keyOf = keyOf
  }

  get size(): number {
    return this.#size
  }

  /** Returns the number of a text, or 0. */
  get(text: string): number {
    const [high, low] = this.#keyOf(text)
    return this.#values[this.#slot(high, low)] as number
  }

  /** Stores `value` for a text that has no number yet. Returns its earlier number, or 0. */
  setIfNew(text: string, value: number): number {
    return this.#update(text, (before) => (before === 0 ? value : before))
  }

  /** Counts a text. Returns how often it has been counted, including this time. */
  count(text: string): number {
    return this.#update(text, (before) => before + 1) + 1
  }

  /** Returns the earlier number. */
  #update(text: string, change: (before: number) => number): number {
    const [high, low] = this.#keyOf(text)
    const slot = this.#slot(high, low)
    const before = this.#values[slot] as number
    if (before === 0) this.#size += 1
    this.#put(slot, high, low, change(before))
    if (this.#size > this.#values.length * MOST_TAKEN) this.#grow()
    return before
  }

  /** Slots are in the order of the keys, so that a table of any length can be used and grows from front to back. */
  #slot(high: number, low: number): number {
    const { length } = this.#values
    let slot = Math.floor((high / 2 ** 32) * length)
    while (this.#values[slot] !== 0 && (this.#keys[slot * 2] !== high || this.#keys[slot * 2 + 1] !== low)) {
      slot = slot + 1 === length ? 0 : slot + 1
    }
    return slot
  }

  #put(slot: number, high: number, low: number, value: number): void {
    this.#keys[slot * 2] = high
    this.#keys[slot * 2 + 1] = low
    this.#values[slot] = value
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values]
    const length = Math.ceil(values.length * GROWTH)
    this.#keys = new Uint32Array(length * 2)
    this.#values = new Uint32Array(length)
    for (let slot = 0; slot < values.length; slot++) {
      if (values[slot] === 0) continue
      const [high, low] = [keys[slot * 2] as number, keys[slot * 2 + 1] as number]
      this.#put(this.#slot(high, low), high, low, values[slot] as number)
    }
    free(keys)
    free(values)
  }
}

/** Gives the memory of an array back at once; the collector would let several earlier lengths of a table pile up. */
export function free({ buffer }: Uint32Array<ArrayBuffer>): void {
  buffer.transfer(0)
}

/** Returns 64 bits of a text's SHA-256. */
export function digestOf(text: string): Key {
  const digest = hash('sha256', text, 'buffer')
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)]
}

// A set of 64-bit content hashes with a small number for each: small enough for a pass over 680,000 rows.
import { hash } from 'node:crypto'

const INITIAL = 1 << 12

/** Maps texts, by 64 bits of their SHA-256, to numbers from 1 to 2^32 - 1. Takes about 24 bytes per entry. */
export class HashTable {
  #keys = new Uint32Array(INITIAL * 2)
  #values = new Uint32Array(INITIAL)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Returns the number of a text, or 0. */
  get(text: string): number {
    const [high, low] = keyOf(text)
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
    const [high, low] = keyOf(text)
    const slot = this.#slot(high, low)
    const before = this.#values[slot] as number
    if (before === 0) this.#size += 1
    this.#put(slot, high, low, change(before))
    if (this.#size * 2 > this.#values.length) this.#grow()
    return before
  }

  #slot(high: number, low: number): number {
    const mask = this.#values.length - 1
    let slot = low & mask
    while (this.#values[slot] !== 0 && (this.#keys[slot * 2] !== high || this.#keys[slot * 2 + 1] !== low)) {
      slot = (slot + 1) & mask
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
    this.#keys = new Uint32Array(keys.length * 2)
    this.#values = new Uint32Array(values.length * 2)
    for (let slot = 0; slot < values.length; slot++) {
      if (values[slot] === 0) continue
      const [high, low] = [keys[slot * 2] as number, keys[slot * 2 + 1] as number]
      this.#put(this.#slot(high, low), high, low, values[slot] as number)
    }
  }
}

function keyOf(text: string): [number, number] {
  const digest = hash('sha256', text, 'buffer')
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)]
}

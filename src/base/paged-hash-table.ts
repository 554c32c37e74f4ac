// The hash table of content hashes for more texts than memory holds: like HashTable, on pages.
import type { Key } from './hash-table.ts'
import { PagedNumbers } from './paged-numbers.ts'

const INITIAL = 1 << 10
/** Share of the slots that may be taken, and by how much more of them the table grows. */
const MOST_TAKEN = 0.75
const GROWTH = 1.5
/** Numbers of a slot: two of the key, and the value. */
const WIDTH = 3

/** Maps what 64 bits stand for, say those of a text's SHA-256, to numbers from 1 to 2^32 - 1: about 20 bytes on pages per entry. */
export class PagedHashTable<T> {
  readonly #keyOf: (item: T) => Key
  #slots = tableOf(INITIAL)
  #room = INITIAL
  #size = 0

  /** @param keyOf the first number of a key must be spread evenly */
  constructor(keyOf: (item: T) => Key) {
    this.#keyOf = keyOf
  }

  /** Returns the number of an item, or 0. */
  get(item: T): number {
    const [high, low] = this.#keyOf(item)
    return this.#slots.get(this.#slot(high, low) + 2)
  }

  /** Stores `value` for an item that has no number yet. Returns its earlier number, or 0. */
  setIfNew(item: T, value: number): number {
    const [high, low] = this.#keyOf(item)
    const slot = this.#slot(high, low)
    const before = this.#slots.get(slot + 2)
    if (before > 0) return before
    this.#put(slot, high, low, value)
    this.#size += 1
    if (this.#size > this.#room * MOST_TAKEN) this.#grow()
    return 0
  }

  /** Slots are in the order of the keys, so that the table grows from front to back, page after page. */
  #slot(high: number, low: number): number {
    const slots = this.#slots
    let slot = Math.floor((high / 2 ** 32) * this.#room) * WIDTH
    while (slots.get(slot + 2) !== 0 && (slots.get(slot) !== high || slots.get(slot + 1) !== low)) {
      slot = slot + WIDTH === this.#room * WIDTH ? 0 : slot + WIDTH
    }
    return slot
  }

  #put(slot: number, high: number, low: number, value: number): void {
    this.#slots.set(slot, high)
    this.#slots.set(slot + 1, low)
    this.#slots.set(slot + 2, value)
  }

  #grow(): void {
    const [before, count] = [this.#slots, this.#room]
    this.#room = Math.ceil(count * GROWTH)
    this.#slots = tableOf(this.#room)
    for (let slot = 0; slot < count * WIDTH; slot += WIDTH) {
      const value = before.get(slot + 2)
      if (value === 0) continue
      const [high, low] = [before.get(slot), before.get(slot + 1)]
      this.#put(this.#slot(high, low), high, low, value)
    }
    before.clear()
  }
}

function tableOf(room: number): PagedNumbers {
  const slots = new PagedNumbers()
  slots.extend(room * WIDTH)
  return slots
}

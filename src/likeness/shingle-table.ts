// Numbers shingles from 0 in the order in which they come: a map from 32-bit hashes that can be asked a million times a second.

const INITIAL = 1 << 10
/** Slots that a cleared table keeps at most. */
const KEPT = 1 << 13

/** About 16 to 32 bytes a shingle. */
export class ShingleTable {
  #hashes = new Int32Array(INITIAL)
  /** Number + 1; 0 for a free slot. */
  #numbers = new Uint32Array(INITIAL)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The number of a shingle, or -1. */
  get(hash: number): number {
    return (this.#numbers[this.#slot(hash)] as number) - 1
  }

  /** The number of a shingle, which is a new one where it has none. */
  add(hash: number): number {
    const slot = this.#slot(hash)
    const known = this.#numbers[slot] as number
    if (known > 0) return known - 1
    this.#size += 1
    this.#hashes[slot] = hash
    this.#numbers[slot] = this.#size
    if (this.#size * 2 > this.#hashes.length) this.#grow()
    return this.#size - 1
  }

  /** Forgets all shingles, and keeps the room unless it is large. */
  clear(): void {
    if (this.#size === 0) return
    if (this.#numbers.length > KEPT) {
      this.#hashes = new Int32Array(INITIAL)
      this.#numbers = new Uint32Array(INITIAL)
    } else this.#numbers.fill(0)
    this.#size = 0
  }

  #slot(hash: number): number {
    const last = this.#hashes.length - 1
    let slot = hash & last
    while (this.#numbers[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & last
    return slot
  }

  #grow(): void {
    const [hashes, numbers] = [this.#hashes, this.#numbers]
    this.#hashes = new Int32Array(hashes.length * 2)
    this.#numbers = new Uint32Array(hashes.length * 2)
    for (let old = 0; old < hashes.length; old += 1) {
      if (numbers[old] === 0) continue
      const slot = this.#slot(hashes[old] as number)
      this.#hashes[slot] = hashes[old] as number
      this.#numbers[slot] = numbers[old] as number
    }
  }
}

// Numbers shingles from 0 in order of appearance: a map from 32-bit hashes fast enough for a million lookups per second.

const INITIAL = 1 << 10
/** The most slots that a cleared table keeps. */
const KEPT = 1 << 13

/** Takes about 16 to 32 bytes per shingle. */
export class ShingleTable {
  #hashes = new Int32Array(INITIAL)
  /** The number + 1; 0 for a free slot. */
  #numbers = new Uint32Array(INITIAL)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Returns the number of a shingle, or -1. */
  get(hash: number): number {
    return (this.#numbers[this.#slot(hash)] as number) - 1
  }

  /** Returns the number of a shingle, assigning a new one if needed. */
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

  /** Forgets all shingles; keeps the memory unless it is large. */
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

// Growing lists of integers outside the heap, which hold what must be remembered of millions of rows.

const LEAST = 1 << 10

export class GrowingArray {
  length = 0
  #numbers = new Uint32Array(LEAST)

  push(number: number): void {
    if (this.length === this.#numbers.length) this.#grow(this.length + 1)
    this.#numbers[this.length++] = number
  }

  append(numbers: ArrayLike<number>): void {
    if (this.length + numbers.length > this.#numbers.length) this.#grow(this.length + numbers.length)
    this.#numbers.set(numbers, this.length)
    this.length += numbers.length
  }

  /** The numbers pushed so far; valid until the next push. */
  get numbers(): Uint32Array {
    return this.#numbers.subarray(0, this.length)
  }

  /** Empties the list and frees its memory. */
  clear(): void {
    this.length = 0
    this.#numbers = new Uint32Array(LEAST)
  }

  #grow(least: number): void {
    const larger = new Uint32Array(Math.max(least, this.#numbers.length * 2))
    larger.set(this.#numbers.subarray(0, this.length))
    this.#numbers = larger
  }
}

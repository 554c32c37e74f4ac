// A set of whole numbers below a bound, a bit each.

export class Bits {
  readonly #bytes: Uint8Array

  /** @param size one more than the largest number */
  constructor(size: number) {
    this.#bytes = new Uint8Array(Math.ceil(size / 8))
  }

  add(number: number): void {
    this.#bytes[number >> 3] = (this.#bytes[number >> 3] as number) | (1 << (number & 7))
  }

  has(number: number): boolean {
    return ((this.#bytes[number >> 3] ?? 0) & (1 << (number & 7))) !== 0
  }
}

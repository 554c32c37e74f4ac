// The texts of the probe by number, with their features on pages: of ten thousand rows those are a hundred megabytes and more.
import { fold } from '../../../likeness/fold.ts'
import { HashTable } from '../../../base/hash-table.ts'
import { PagedNumbers } from '../../../base/paged-numbers.ts'
import { GrowingArray } from '../../../train/growing.ts'
import { featuresOf, LONGEST } from './probe-features.ts'

export class ProbeTexts {
  /** Code units of one text of each content, of each at most those that are read. */
  characters = 0
  readonly #numbers = new HashTable()
  readonly #contents = new HashTable()
  readonly #contentOf = new GrowingArray()
  readonly #ends = new GrowingArray()
  readonly #features = new PagedNumbers()

  /** Returns the number of a text; each is read once. */
  add(text: string): number {
    const before = this.#numbers.setIfNew(text, this.#contentOf.length + 1)
    if (before > 0) return before - 1
    const next = this.#contents.size
    const content = this.#contents.setIfNew(fold(text), next + 1) || next + 1
    if (content > next) this.characters += Math.min(text.length, LONGEST)
    this.#contentOf.push(content - 1)
    for (const feature of featuresOf(text)) this.#features.push(feature)
    this.#ends.push(this.#features.length)
    return this.#contentOf.length - 1
  }

  /** Texts that fold to the same text share a number, from 0. */
  contentOf(text: number): number {
    return this.#contentOf.numbers[text] as number
  }

  featuresOf(text: number): Uint32Array {
    const ends = this.#ends.numbers
    return this.#features.slice(text === 0 ? 0 : (ends[text - 1] as number), ends[text] as number)
  }

  close(): void {
    this.#features.clear()
  }
}

// Seeded random numbers and texts: every run of a benchmark works on the same data.
import { randomFrom } from '../test/support/random.ts'

const SYLLABLES = 'ba con dre fi gal hum is jo ken lor me nu ost pra qui ral sti tor un ver wy xen yar zo'.split(' ')
const WORDS = 3_000

/** Text that compresses about as well as English: made-up words, common ones more often, with some punctuation. */
export class Texts {
  readonly #random: () => number
  readonly #words: string[]

  constructor(seed: number) {
    this.#random = randomFrom(seed)
    this.#words = Array.from({ length: WORDS }, (_each, index) => this.#word(1 + Math.min(3, Math.floor(index / 40))))
  }

  /** Returns about `length` characters of sentences. One in thirty has characters beyond Latin-1, as web text does. */
  passage(length: number): string {
    let text = this.#random() < 1 / 30 ? '“Well” – ' : ''
    while (text.length < length) text += `${this.#sentence()} `
    return text.trimEnd()
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.#common()).join(' ')
  }

  #sentence(): string {
    const words = this.words(6 + Math.floor(this.#random() * 14))
    const aside = this.#random() < 0.1 ? ` (${this.#common()})` : ''
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}${aside}.`
  }

  /** Draws a word. Low indexes, which are short words, are more frequent. */
  #common(): string {
    return this.#words[Math.floor(this.#random() ** 3 * WORDS)] ?? ''
  }

  #word(syllables: number): string {
    return Array.from({ length: syllables }, () => SYLLABLES[Math.floor(this.#random() * SYLLABLES.length)]).join('')
  }
}

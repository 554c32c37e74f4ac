// What texts are compared by when they may differ a little: the set of their overlapping pieces of a few characters, as 32-bit hashes.
import { fold } from './fold.ts'

/** What the characters of a shingle weigh together, at least. */
const WEIGHT = 5
const SPACE = 0x20

/** Scripts that put no space between words: one character says as much as two or three of an alphabet. */
const DENSE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u
/** Punctuation, white space and what has no shape; `#`, `%`, `&`, `*`, `@` and symbols stay: C, C++ and C# are three things. */
const PARTING = /[\p{Z}\p{C}]|(?![#%&*@])\p{P}/u

const [UNKNOWN, PARTS, LIGHT, HEAVY] = [0, 1, 2, 3]
/** By UTF-16 code unit, filled in as they are met. */
const kinds = new Uint8Array(1 << 16)

function kindOf(code: number): number {
  const known = kinds[code] as number
  if (known !== UNKNOWN) return known
  const character = String.fromCharCode(code)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  const kind = isSurrogate ? LIGHT : DENSE.test(character) ? HEAVY : PARTING.test(character) ? PARTS : LIGHT
  kinds[code] = kind
  return kind
}

/**
 * The shingles of one text at a time. `read` takes a text; then `at(0)` to `at(count - 1)` are the hashes of its pieces, repeats included.
 *
 * A piece is five characters of the folded text, with one space for whatever stands between words and one at each end; a character
 * of a script without spaces (Chinese, Japanese, Korean, Thai, …) weighs two of others, so that pieces of it have three. A text shorter
 * than that is one piece.
 */
export class Shingles {
  #codes = new Uint16Array(4096)
  #hashes = new Int32Array(4096)
  /** Where the piece that begins at each position ends. Only filled where a text has heavy characters. */
  #ends = new Uint32Array(4096)
  #hasHeavy = false
  #length = 0
  /** How many pieces there are, repeats included; 0 for a text without a visible character. */
  count = 0

  read(text: string): void {
    const folded = fold(text)
    if (folded.length + 2 > this.#codes.length) this.#grow(folded.length + 2)
    this.#readCodes(folded)
    if (this.#length === 0 && folded !== '') this.#readRaw(folded)
    if (this.#length === 0) this.count = 0
    else if (this.#hasHeavy) this.#measure()
    else this.count = Math.max(1, this.#length - WEIGHT + 1)
  }

  /** The hash of a piece: a signed 32-bit number. */
  at(position: number): number {
    const end = this.#hasHeavy ? (this.#ends[position] as number) : Math.min(this.#length, position + WEIGHT)
    const codes = this.#codes
    let hash = 0x9e3779b9
    for (let index = position; index < end; index += 1) {
      hash = Math.imul(hash ^ (codes[index] as number), 0x85ebca6b)
      hash ^= hash >>> 13
    }
    return mix(hash)
  }

  /** All of them. The array is overwritten by the next text. */
  all(): Int32Array {
    for (let position = 0; position < this.count; position += 1) this.#hashes[position] = this.at(position)
    return this.#hashes.subarray(0, this.count)
  }

  #readCodes(folded: string): void {
    const codes = this.#codes
    codes[0] = SPACE
    let length = 1
    this.#hasHeavy = false
    for (let index = 0; index < folded.length; index += 1) {
      const code = folded.charCodeAt(index)
      const kind = kindOf(code)
      if (kind !== PARTS) {
        codes[length++] = code
        if (kind === HEAVY) this.#hasHeavy = true
      } else if (codes[length - 1] !== SPACE) codes[length++] = SPACE
    }
    if (codes[length - 1] !== SPACE) codes[length++] = SPACE
    this.#length = length > 1 ? length : 0
  }

  /** A text of nothing but punctuation is compared as it stands. */
  #readRaw(folded: string): void {
    for (let index = 0; index < folded.length; index += 1) this.#codes[index] = folded.charCodeAt(index)
    this.#length = folded.length
  }

  /** Finds the end of each piece where characters differ in weight. */
  #measure(): void {
    const weightAt = (index: number) => (kindOf(this.#codes[index] as number) === HEAVY ? 2 : 1)
    let [end, weight, count] = [0, 0, 0]
    for (let start = 0; start < this.#length; start += 1) {
      while (end < this.#length && weight < WEIGHT) weight += weightAt(end++)
      if (weight < WEIGHT && count > 0) break
      this.#ends[start] = end
      weight -= weightAt(start)
      count += 1
    }
    this.count = count
  }

  #grow(length: number): void {
    this.#codes = new Uint16Array(length * 2)
    this.#hashes = new Int32Array(length * 2)
    this.#ends = new Uint32Array(length * 2)
  }
}

/** Spreads 32 bits over 32 bits, one to one (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const shared = new Shingles()

/** The distinct shingles of a text. */
export function shingleSet(text: string): Set<number> {
  shared.read(text)
  return new Set(shared.all())
}

/** The Jaccard similarity of two sets: what they share of what they have together, from 0 to 1. Empty sets share nothing. */
export function jaccard(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one]
  if (small.size === 0) return 0
  let common = 0
  for (const each of small) if (large.has(each)) common += 1
  return common / (one.size + other.size - common)
}

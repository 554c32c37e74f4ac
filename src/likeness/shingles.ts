// The basis for comparing texts that may differ slightly: the set of their overlapping pieces of a few characters, as 32-bit hashes.
import { fold } from './fold.ts'

/** The least total weight of a shingle's characters. */
const WEIGHT = 5
const SPACE = 0x20
/** The base of the rolling hash: an odd number without a pattern. */
const BASE = 0x2c1b3c6d
const BASE_TO_WEIGHT = Array.from({ length: WEIGHT }).reduce<number>((power) => Math.imul(power, BASE), 1)

/** Scripts without spaces between words, in which one character carries as much meaning as two or three letters of an alphabet. */
const DENSE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u
/** Punctuation, white space and invisible characters. `#`, `%`, `&`, `*`, `@` and symbols are kept, because C, C++ and C# differ. */
const PARTING = /[\p{Z}\p{C}`´−]|(?![#%&*@])\p{P}/u

const ASCII = /^[\0-\x7f]*$/
const FIRST_HEAVY = 0x0e00
const [LIGHT, HEAVY] = [1, 2]

/** Maps a UTF-16 code unit of a folded or ASCII text to its compared form; 0 until it first occurs. */
const forms = new Uint16Array(1 << 16)
const weights = new Uint8Array(1 << 16).fill(LIGHT)

function meet(code: number): number {
  const character = String.fromCharCode(code).toLowerCase()
  // A surrogate is half a character: two of them together weigh as much as a heavy one.
  const isHalf = code >= 0xd800 && code <= 0xdfff
  if (!isHalf && DENSE.test(character)) weights[code] = HEAVY
  forms[code] = !isHalf && PARTING.test(character) ? SPACE : character.charCodeAt(0)
  return forms[code] as number
}

/**
 * The shingles of one text at a time. `read` takes a text; then `at(0)` to `at(count - 1)` are the hashes of its pieces, repeats included.
 *
 * A piece is five characters of the folded text, with one space for whatever separates words and one at each end. A character of a script
 * without spaces (Chinese, Japanese, Korean, Thai, …) weighs as much as two others, so pieces of such characters have three. A text shorter
 * than that is one piece.
 */
export class Shingles {
  #codes = new Uint16Array(4096)
  #hashes = new Int32Array(4096)
  /** Where the piece that begins at each position ends. Only filled for texts with heavy characters. */
  #ends = new Uint32Array(4096)
  #hasHeavy = false
  /** How many characters are compared. */
  length = 0
  /** How many pieces there are, repeats included; 0 for a text without a visible character. */
  count = 0

  read(text: string): void {
    // The rest of folding is done below, character by character.
    const folded = ASCII.test(text) ? text : text.normalize('NFKC').toLowerCase()
    if (folded.length + 2 > this.#codes.length) this.#grow(folded.length + 2)
    this.#readCodes(folded)
    if (this.length === 0) this.#readRaw(fold(text))
    if (this.length === 0) this.count = 0
    else if (this.#hasHeavy) this.#measure()
    else this.count = Math.max(1, this.length - WEIGHT + 1)
  }

  /** Returns the hash of a piece: a signed 32-bit number. */
  at(position: number): number {
    const end = this.#hasHeavy ? (this.#ends[position] as number) : Math.min(this.length, position + WEIGHT)
    return this.stretch(position, end)
  }

  /** Returns the end of the characters from `start` that together have this weight; -1 if there are too few. */
  endOf(start: number, weight: number): number {
    if (!this.#hasHeavy) return start + weight <= this.length ? start + weight : -1
    let [end, sum] = [start, 0]
    while (sum < weight && end < this.length) sum += weights[this.#codes[end++] as number] as number
    return sum < weight ? -1 : end
  }

  /** Returns the hash of the characters from `start` up to `end`, exclusive. */
  stretch(start: number, end: number): number {
    let sum = 0
    for (let index = start; index < end; index += 1) sum = (Math.imul(sum, BASE) + (this.#codes[index] as number)) | 0
    return mix(sum)
  }

  /** Returns all hashes. The next text overwrites the array. */
  all(): Int32Array {
    const [codes, hashes, { count }] = [this.#codes, this.#hashes, this]
    if (this.#hasHeavy) for (let position = 0; position < count; position += 1) hashes[position] = this.at(position)
    else if (count > 0) {
      let sum = 0
      for (let index = 0; index < WEIGHT && index < this.length; index += 1)
        sum = (Math.imul(sum, BASE) + (codes[index] as number)) | 0
      hashes[0] = mix(sum)
      for (let position = 1; position < count; position += 1) {
        const left = Math.imul(codes[position - 1] as number, BASE_TO_WEIGHT)
        sum = (Math.imul(sum, BASE) + (codes[position + WEIGHT - 1] as number) - left) | 0
        hashes[position] = mix(sum)
      }
    }
    return hashes.subarray(0, count)
  }

  #readCodes(folded: string): void {
    const codes = this.#codes
    codes[0] = SPACE
    let [length, before, hasHeavy] = [1, SPACE, false]
    for (let index = 0; index < folded.length; index += 1) {
      const code = folded.charCodeAt(index)
      const form = (forms[code] as number) || meet(code)
      if (form === SPACE && before === SPACE) continue
      if (code >= FIRST_HEAVY && weights[code] === HEAVY) hasHeavy = true
      codes[length++] = before = form
    }
    if (before !== SPACE) codes[length++] = SPACE
    this.length = length > 1 ? length : 0
    this.#hasHeavy = hasHeavy
  }

  /** Reads a text of punctuation alone, which is compared as it is. */
  #readRaw(folded: string): void {
    this.#hasHeavy = false
    for (let index = 0; index < folded.length; index += 1) this.#codes[index] = folded.charCodeAt(index)
    this.length = folded.length
  }

  /** Finds the end of each piece if characters differ in weight. */
  #measure(): void {
    const weightAt = (index: number) => weights[this.#codes[index] as number] as number
    let [end, weight, count] = [0, 0, 0]
    for (let start = 0; start < this.length; start += 1) {
      while (end < this.length && weight < WEIGHT) weight += weightAt(end++)
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

/** Mixes 32 bits one to one (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/**
 * Returns the Jaccard similarity of two sets: the size of the intersection over that of the union, from 0 to 1. Empty sets share nothing.
 */
export function jaccard(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one]
  if (small.size === 0) return 0
  let common = 0
  for (const each of small) if (large.has(each)) common += 1
  return common / (one.size + other.size - common)
}

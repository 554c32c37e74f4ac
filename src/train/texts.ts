// The texts of training as bags of tokens, each text once: in memory while there are few, in a file when there are many.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { cannotWrite, UsageError } from '../base/errors.ts'
import type { TextTokenizer } from '../encoders/static/tokenizer.ts'
import { codeOf } from '../base/hash.ts'
import { HashTable } from '../base/hash-table.ts'
import { COUNT_SHIFT, MAX_COUNT } from './engine/sizes.ts'
import { GrowingArray } from './growing.ts'

/** Entries that stay in memory: 64 MB. */
const IN_MEMORY = 1 << 24
/** Positions of entries are 32-bit numbers. */
const MOST_ENTRIES = 2 ** 32 - 1
const HINT = 'Train on fewer rows, or shorten texts with --max-tokens.'
/** Entries that are written at once. */
const BUFFERED = 1 << 18

export interface TextsOptions {
  /** Maximum number of tokens used of a text. */
  maxTokens: number
  /** File for the bags when they no longer fit into memory. */
  file: string
  /** Entries kept in memory; default 17 million. */
  inMemory?: number
}

/** Numbers texts from 0. Equal texts share one number. */
export class Texts {
  readonly #tokenizer: TextTokenizer
  readonly #options: TextsOptions
  readonly #known = new HashTable()
  /** Start of each bag; the last element is the start of the next one. */
  readonly #starts = new GrowingArray()
  readonly #codes = new GrowingArray()
  /** The bags in memory, or those still to be written. */
  readonly #entries = new GrowingArray()
  /** Entries in the file. */
  #written = 0
  #file: number | undefined
  #largest = 0
  #bytes = new Uint8Array(1 << 12)

  constructor(tokenizer: TextTokenizer, options: TextsOptions) {
    this.#tokenizer = tokenizer
    this.#options = options
    this.#starts.push(0)
  }

  get size(): number {
    return this.#codes.length
  }

  /** Entries of the largest bag. */
  get largest(): number {
    return this.#largest
  }

  /** Returns the number of a text and adds the text if it is new. */
  add(text: string): number {
    const before = this.#known.setIfNew(text, this.size + 1)
    if (before > 0) return before - 1
    const bag = bagOf(this.#tokenizer.encode(text, this.#options.maxTokens))
    const most = this.#file === undefined ? (this.#options.inMemory ?? IN_MEMORY) : BUFFERED
    if (this.#entries.length + bag.length > most) this.#write()
    this.#entries.append(bag)
    this.#largest = Math.max(this.#largest, bag.length)
    this.#codes.push(codeOf(text)[0])
    const end = this.#written + this.#entries.length
    if (end > MOST_ENTRIES)
      throw new UsageError(`the distinct texts have more than ${MOST_ENTRIES} tokens`, { hint: HINT })
    this.#starts.push(end)
    return this.size - 1
  }

  /** Returns 32 bits that depend only on the text. */
  codeOf(text: number): number {
    return this.#codes.numbers[text] as number
  }

  /** Returns whether a text has no known token. */
  isEmpty(text: number): boolean {
    return this.#starts.numbers[text] === this.#starts.numbers[text + 1]
  }

  /** Copies the bag of a text into `into` from `at`; returns its number of entries. */
  copy(text: number, into: Uint32Array, at: number): number {
    const starts = this.#starts.numbers
    const [start, end] = [starts[text] as number, starts[text + 1] as number]
    if (start >= this.#written) {
      into.set(this.#entries.numbers.subarray(start - this.#written, end - this.#written), at)
    } else this.#read(start, end - start, into, at)
    return end - start
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #write(): void {
    const { file } = this.#options
    const { numbers } = this.#entries
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    try {
      this.#file ??= openSync(file, 'w+')
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written * 4 + done)
      }
    } catch (error) {
      throw cannotWrite(file, error)
    }
    this.#written += numbers.length
    this.#entries.clear()
  }

  #read(start: number, count: number, into: Uint32Array, at: number): void {
    const size = count * 4
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size * 2)
    for (let done = 0; done < size;) {
      const got = readSync(this.#file as number, this.#bytes, done, size - done, start * 4 + done)
      if (got === 0) throw new Error(`${this.#options.file} shrank while it was in use`)
      done += got
    }
    into.set(new Uint32Array(this.#bytes.buffer, 0, count), at)
  }
}

/** Returns each token once with its count, in token order; several times if the count does not fit into one entry. */
export function bagOf(tokens: readonly number[]): Uint32Array {
  const sorted = Uint32Array.from(tokens).sort()
  let length = 0
  for (let at = 0; at < sorted.length;) {
    const token = sorted[at] as number
    let count = 0
    while (sorted[at] === token && count < MAX_COUNT) {
      count += 1
      at += 1
    }
    sorted[length++] = (token | (count << COUNT_SHIFT)) >>> 0
  }
  return sorted.subarray(0, length)
}

// The texts of training as bags of tokens.
import { UsageError } from '../base/errors.ts'
import { PagedNumbers } from '../base/paged-numbers.ts'
import type { TextKind } from '../encoders/encoder.ts'
import type { TextTokenizer } from '../encoders/static/tokenizer.ts'
import { COUNT_SHIFT, MAX_COUNT } from './engine/sizes.ts'
import { EntryStore } from './entry-store.ts'
import { TextNumbers, type Texts } from './texts.ts'

/** Positions of entries are 32-bit numbers. */
const MOST_ENTRIES = 2 ** 32 - 1
const HINT = 'Train on fewer rows, or shorten texts with --max-tokens.'

export interface TextsOptions {
  /** Maximum number of tokens used of a text. Vectors are those of whole texts. */
  maxTokens: number
  /** File for the entries when they no longer fit into memory. */
  file: string
  /** Entries kept in memory; default 8 million. */
  inMemory?: number
}

export class TokenTexts implements Texts {
  readonly #tokenizer: TextTokenizer
  readonly #prompts: Readonly<Record<TextKind, string>>
  readonly #maxTokens: number
  readonly #store: EntryStore
  readonly #numbers = new TextNumbers()
  /** Start of each bag; the last element is the start of the next one. */
  readonly #starts = new PagedNumbers()
  #largest = 0

  /** @param prompts the prefix of each kind of text */
  constructor(
    tokenizer: TextTokenizer,
    prompts: Readonly<Record<TextKind, string>>,
    { maxTokens, file, inMemory }: TextsOptions,
  ) {
    this.#tokenizer = tokenizer
    this.#prompts = prompts
    this.#maxTokens = maxTokens
    this.#store = new EntryStore(file, inMemory)
    this.#starts.push(0)
  }

  get size(): number {
    return this.#numbers.size
  }

  get largest(): number {
    return this.#largest
  }

  add(text: string, kind: TextKind): number {
    const prompted = this.#prompts[kind] + text
    const { number, isNew } = this.#numbers.add(prompted)
    if (!isNew) return number
    const bag = bagOf(this.#tokenizer.encode(prompted, this.#maxTokens))
    this.#store.append(bag)
    this.#largest = Math.max(this.#largest, bag.length)
    const end = this.#store.length
    if (end > MOST_ENTRIES)
      throw new UsageError(`the distinct texts have more than ${MOST_ENTRIES} tokens`, { hint: HINT })
    this.#starts.push(end)
    return number
  }

  settle(): Promise<void> {
    return Promise.resolve()
  }

  codeOf(text: number): number {
    return this.#numbers.codeOf(text)
  }

  codeFor(text: string, kind: TextKind): number {
    return this.#numbers.codeFor(this.#prompts[kind] + text)
  }

  isEmpty(text: number): boolean {
    return this.#starts.get(text) === this.#starts.get(text + 1)
  }

  copy(text: number, into: Uint32Array, at: number): number {
    const start = this.#starts.get(text)
    const count = this.#starts.get(text + 1) - start
    this.#store.copy(start, count, into, at)
    return count
  }

  close(): void {
    this.#store.close()
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

// The texts of training as vectors of an encoder that stays as it is. Each text is encoded once.
import type { Hooks } from '../base/hooks.ts'
import type { Encoder, TextKind } from '../encoders/encoder.ts'
import { EntryStore } from './entry-store.ts'
import { TextNumbers, type Texts } from './texts.ts'
import type { TextsOptions } from './token-texts.ts'

interface WaitingText {
  text: string
  kind: TextKind
}

/** Texts that are encoded at once, between two signs of progress. */
const CHUNK = 512
/** Characters of texts that may wait while more are read. */
const MOST_CHARACTERS = 1 << 26

export class VectorTexts implements Texts {
  readonly largest: number
  readonly #encoder: Encoder
  readonly #store: EntryStore
  readonly #numbers = new TextNumbers()
  readonly #blank = new Set<number>()
  #waiting: WaitingText[] = []
  #characters = 0

  /** @param encoder its vectors should be kept, so that the next training need not encode the same texts */
  constructor(encoder: Encoder, { file, inMemory }: Omit<TextsOptions, 'maxTokens'>) {
    this.#encoder = encoder
    this.#store = new EntryStore(file, inMemory)
    this.largest = encoder.dimensions
  }

  get size(): number {
    return this.#numbers.size
  }

  add(text: string, kind: TextKind): number {
    const { number, isNew } = this.#numbers.add(this.#keyOf(text, kind))
    if (!isNew) return number
    if (text.trim() === '') this.#blank.add(number)
    this.#waiting.push({ text, kind })
    this.#characters += text.length
    return number
  }

  async settle({ signal, onProgress }: Hooks, most = 0): Promise<void> {
    if (this.#waiting.length <= most && (most === 0 || this.#characters <= MOST_CHARACTERS)) return
    const waiting = this.#waiting
    this.#waiting = []
    this.#characters = 0
    const say = (done: number) => onProgress?.({ what: 'encoding texts', done, total: waiting.length })
    for (let from = 0; from < waiting.length; from += CHUNK) {
      signal?.throwIfAborted()
      // The first chunk may take a minute.
      if (from === 0) say(0)
      const vectors = await this.#encode(waiting.slice(from, from + CHUNK), signal)
      this.#store.append(new Uint32Array(vectors.buffer))
      say(Math.min(from + CHUNK, waiting.length))
    }
  }

  codeOf(text: number): number {
    return this.#numbers.codeOf(text)
  }

  codeFor(text: string, kind: TextKind): number {
    return this.#numbers.codeFor(this.#keyOf(text, kind))
  }

  isEmpty(text: number): boolean {
    return this.#blank.has(text)
  }

  copy(text: number, into: Uint32Array, at: number): number {
    const { dimensions } = this.#encoder
    this.#store.copy(text * dimensions, dimensions, into, at)
    return dimensions
  }

  close(): void {
    this.#store.close()
  }

  /** Equal texts after equal prefixes share a vector; without known prefixes, those of one kind. */
  #keyOf(text: string, kind: TextKind): string {
    const { prefixes } = this.#encoder
    return prefixes === undefined ? `${kind} ${text}` : prefixes[kind] + text
  }

  /** Encodes texts of both kinds; blank ones get zeros. */
  async #encode(texts: readonly WaitingText[], signal?: AbortSignal): Promise<Float32Array> {
    const { dimensions } = this.#encoder
    const all = new Float32Array(texts.length * dimensions)
    for (const kind of ['query', 'passage'] as const) {
      const places = [...texts.keys()].filter((at) => texts[at]?.kind === kind && texts[at].text.trim() !== '')
      if (places.length === 0) continue
      const own = places.map((at) => (texts[at] as WaitingText).text)
      const vectors = await this.#encoder.encode(own, kind, signal)
      places.forEach((at, row) => all.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions))
    }
    return all
  }
}

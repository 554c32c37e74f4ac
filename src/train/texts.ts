// The texts of a training, each once, as the engine takes them: bags of tokens, or vectors.
import type { Hooks } from '../base/hooks.ts'
import { codeOf } from '../base/hash.ts'
import { digestOf } from '../base/hash-table.ts'
import { PagedHashTable } from '../base/paged-hash-table.ts'
import { PagedNumbers } from '../base/paged-numbers.ts'
import type { TextKind } from '../encoders/encoder.ts'

/** Numbers texts from 0. Equal texts share one number. */
export interface Texts {
  readonly size: number
  /** Entries of the largest text so far. */
  readonly largest: number
  /** Returns the number of a text and adds the text if it is new. */
  add(text: string, kind: TextKind): number
  /** Completes the texts that were added. Call it before any is copied; with `most`, only if more than that many are incomplete. */
  settle(hooks: Hooks, most?: number): Promise<void>
  /** Returns 32 bits that depend only on the text and its prefix. */
  codeOf(text: number): number
  /** Returns the code that a text has once it is added. */
  codeFor(text: string, kind: TextKind): number
  /** Returns whether nothing can be learned from a text: it has no known token, or only white space. */
  isEmpty(text: number): boolean
  /** Copies the entries of a text into `into` from `at`; returns their number. */
  copy(text: number, into: Uint32Array, at: number): number
  close(): void
}

/** Texts that may be incomplete while more are read. */
export const WAITING = 1 << 16

/** The numbers and codes of texts. */
export class TextNumbers {
  readonly #known = new PagedHashTable(digestOf)
  readonly #codes = new PagedNumbers()

  get size(): number {
    return this.#codes.length
  }

  /** Returns the number of a text with its prefix, and whether it is new. */
  add(text: string): { number: number; isNew: boolean } {
    const before = this.#known.setIfNew(text, this.size + 1)
    if (before > 0) return { number: before - 1, isNew: false }
    this.#codes.push(codeOf(text)[0])
    return { number: this.size - 1, isNew: true }
  }

  codeOf(text: number): number {
    return this.#codes.get(text)
  }

  codeFor(text: string): number {
    return codeOf(text)[0] >>> 0
  }
}

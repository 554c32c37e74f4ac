// The rows of training as numbers: which texts are queries, positives and negatives of which rows.
// In memory 8 bytes for each pair of query and positive; the rest, about 20 bytes per row and 4 per passage, on pages.
import { contentsOf } from '../collections/collection.ts'
import { codeOf } from '../base/hash.ts'
import { PagedNumbers } from '../base/paged-numbers.ts'
import type { Row } from '../rows/row.ts'
import type { Texts } from './texts.ts'

/** Set on the number of a passage that a model wrote. */
const GENERATED = 2 ** 31
const TEXT = GENERATED - 1
/** More than the possible number of texts: a pair of query and positive is kept as one number. */
const PAIR = 2 ** 27

export interface SkippedRows {
  /** Nothing to learn from: no positive, or none with a known token. */
  withoutPositive: number
  /** The query has no known token: it is empty, or has only symbols. */
  withoutQuery: number
}

export class TrainingSet {
  readonly skipped: SkippedRows = { withoutPositive: 0, withoutQuery: 0 }
  readonly texts: Texts
  readonly #ids = new PagedNumbers()
  readonly #queries = new PagedNumbers()
  readonly #positives = new PagedNumbers()
  readonly #starts = new PagedNumbers()
  readonly #passages = new PagedNumbers()
  #pairs = new Float64Array(1 << 10)
  #pairCount = 0

  constructor(texts: Texts) {
    this.texts = texts
    this.#starts.push(0)
  }

  get size(): number {
    return this.#queries.length
  }

  /** Adds a row. A row without a positive or without a query is counted and left out; a text without a known token does not count. */
  add(row: Row): void {
    const used = row.passages.filter(({ label }) => label !== 'ignored')
    if (!used.some(({ label }) => label === 'positive')) {
      this.skipped.withoutPositive += 1
      return
    }
    const query = this.texts.add(row.query, 'query')
    if (row.query.trim() === '' || this.texts.isEmpty(query)) {
      this.skipped.withoutQuery += 1
      return
    }
    const numberOf = (passage: (typeof used)[number]) => this.addPassage(contentsOf(passage))
    const given = used.filter(({ label }) => label === 'positive').map(numberOf)
    const positives = new Set(given.filter((text) => !this.texts.isEmpty(text)))
    if (positives.size === 0) {
      this.skipped.withoutPositive += 1
      return
    }
    const negatives = new Map<number, number>()
    for (const passage of used) {
      if (passage.label !== 'negative') continue
      const text = numberOf(passage)
      if (positives.has(text) || this.texts.isEmpty(text)) continue
      // A text that is also a mined negative of the row counts as mined, whatever the order.
      if (passage.origin !== 'generated') negatives.set(text, text)
      else if (!negatives.has(text)) negatives.set(text, text + GENERATED)
    }
    this.addNumbered(codeOf(row.id), query, [...positives], [...negatives.values()])
  }

  /**
   * Adds a row whose texts are already numbered.
   * @param code 64 bits of its id
   * @param positives distinct numbers of texts
   * @param negatives as returned by `negativesOf`: distinct, and none of the positives
   */
  addNumbered(
    [high, low]: readonly [number, number],
    query: number,
    positives: Iterable<number>,
    negatives: Iterable<number>,
  ): void {
    this.#ids.push(high)
    this.#ids.push(low)
    this.#queries.push(query)
    const start = this.#passages.length
    for (const text of positives) {
      this.#passages.push(text)
      this.#addPair(query, text)
    }
    this.#positives.push(this.#passages.length - start)
    for (const text of negatives) this.#passages.push(text)
    this.#starts.push(this.#passages.length)
  }

  /** Returns an empty set over the same texts. */
  emptied(): TrainingSet {
    return new TrainingSet(this.texts)
  }

  /** Returns the number of a passage's text, even if no row holds it. */
  addPassage(text: string): number {
    return this.texts.add(text, 'passage')
  }

  /** Call once, when all rows have been added. */
  seal(): this {
    this.#pairs = this.#pairs.slice(0, this.#pairCount).sort()
    return this
  }

  /** Returns 64 bits of the row's id. */
  codeOf(row: number): readonly [number, number] {
    return [this.#ids.get(row * 2), this.#ids.get(row * 2 + 1)]
  }

  queryOf(row: number): number {
    return this.#queries.get(row)
  }

  /** Returns the text numbers of a row's positives. */
  positivesOf(row: number): Uint32Array {
    const start = this.#starts.get(row)
    return this.#passages.slice(start, start + this.#positives.get(row))
  }

  /** Returns a row's negatives; read each with `textOf` and `isGenerated`. */
  negativesOf(row: number): Uint32Array {
    return this.#passages.slice(this.#starts.get(row) + this.#positives.get(row), this.#starts.get(row + 1))
  }

  /** Returns the positives of all rows with this query. */
  knownPositives(query: number): number[] {
    const found: number[] = []
    for (let at = this.#firstPair(query * PAIR); at < this.#pairs.length; at++) {
      const pair = this.#pairs[at] as number
      if (pair >= (query + 1) * PAIR) break
      if (pair !== this.#pairs[at - 1]) found.push(pair - query * PAIR)
    }
    return found
  }

  #addPair(query: number, text: number): void {
    if (this.#pairCount === this.#pairs.length) {
      const larger = new Float64Array(this.#pairs.length * 2)
      larger.set(this.#pairs)
      this.#pairs = larger
    }
    this.#pairs[this.#pairCount++] = query * PAIR + text
  }

  #firstPair(least: number): number {
    let [low, high] = [0, this.#pairs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pairs[middle] as number) < least) low = middle + 1
      else high = middle
    }
    return low
  }
}

export const textOf = (passage: number) => passage & TEXT
export const isGenerated = (passage: number) => passage >= GENERATED

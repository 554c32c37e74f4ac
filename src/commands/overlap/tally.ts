// Counts what a pass over the rows finds, and keeps some examples of each kind.
import { beginningOf } from '../../base/strings.ts'
import { strongestOf, KINDS, type Kind, type Occurrence } from './likeness.ts'

/** The matches for one sort of test text: queries or judged passages. */
export interface TestTextMatches {
  /** The number of test texts. */
  of: number
  /** Distinct test texts that were found. */
  found: number
  /** `found` divided by `of`. */
  share: number
  /** `found`, by the strongest kind in which each occurs. */
  kinds: Record<Kind, number>
  /** Rows with a match. */
  rows: number
  /** Queries or passages of the rows that match. */
  occurrences: number
  /** The strongest kind first; for each kind, the first ten test texts. */
  examples: OverlapExample[]
}

export interface OverlapExample {
  line: number
  row: string
  kind: Kind
  similarity: number
  /** Id of the query or document in the collection. */
  id: string
  /** The text in the collection and the one in the row, shortened. */
  test: string
  text: string
}

const LISTED = 10
const SNIPPET = 300

/** Takes one byte of memory per test text. */
export class TestTextTally {
  readonly #ids: readonly string[]
  /** Per test text: the strongest kind + 1, or 0. */
  readonly #kinds: Uint8Array
  readonly #examples: Record<Kind, OverlapExample[]> = { exact: [], folded: [], near: [] }
  #rows = 0
  #occurrences = 0

  constructor(ids: readonly string[]) {
    this.#ids = ids
    this.#kinds = new Uint8Array(ids.length)
  }

  /** @param found for each matching query or passage of the row: the test texts that it matches */
  add(place: { line: number; row: string }, found: readonly Occurrence[][]): void {
    if (found.length === 0) return
    this.#rows += 1
    this.#occurrences += found.length
    for (const occurrences of found) {
      const isNew = occurrences.filter(({ index }) => this.#kinds[index] === 0)
      for (const { index, kind } of occurrences) this.#note(index, kind)
      const shown = strongestOf(isNew)
      if (shown) this.#show(place, shown)
    }
  }

  #note(index: number, kind: Kind): void {
    const rank = KINDS.indexOf(kind) + 1
    const before = this.#kinds[index] as number
    if (before === 0 || rank < before) this.#kinds[index] = rank
  }

  #show(place: { line: number; row: string }, { index, kind, similarity, test, found }: Occurrence): void {
    const examples = this.#examples[kind]
    if (examples.length >= LISTED) return
    const id = this.#ids[index] as string
    examples.push({
      ...place,
      kind,
      similarity,
      id,
      test: beginningOf(test, SNIPPET),
      text: beginningOf(found, SNIPPET),
    })
  }

  result(): TestTextMatches {
    const kinds = { exact: 0, folded: 0, near: 0 }
    for (const rank of this.#kinds) if (rank > 0) kinds[KINDS[rank - 1] as Kind] += 1
    const [of, found] = [this.#ids.length, kinds.exact + kinds.folded + kinds.near]
    return {
      of,
      found,
      share: of === 0 ? 0 : found / of,
      kinds,
      rows: this.#rows,
      occurrences: this.#occurrences,
      examples: KINDS.flatMap((kind) => this.#examples[kind]),
    }
  }
}

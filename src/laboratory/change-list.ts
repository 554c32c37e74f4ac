// The changed rows of an arm, on pages: in a large file hundreds of thousands of rows change, each in few ways.
import { PagedNumbers } from '../base/paged-numbers.ts'
import { KINDS, type ChangeKind } from './change-kinds.ts'

/** The changes of one row: numbers of texts, or passages as returned by `negativesOf`. */
export interface RowChange {
  /** Number of the row in the baseline. */
  row: number
  /** Number of the row in the arm. */
  into: number
  toPositive: number[]
  toNegative: number[]
  positivesRemoved: number[]
  negativesRemoved: number[]
  positivesAdded: number[]
  negativesAdded: number[]
}

export class ChangeList implements Iterable<RowChange> {
  /** Passages by kind of change. */
  readonly passages = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<ChangeKind, number>
  readonly #starts = new PagedNumbers()
  /** For each change the two rows, the length of each list, and the lists. */
  readonly #numbers = new PagedNumbers()

  get length(): number {
    return this.#starts.length
  }

  push(change: RowChange): void {
    this.#starts.push(this.#numbers.length)
    const lengths = KINDS.map((kind) => change[kind].length)
    for (const number of [change.row, change.into, ...lengths, ...KINDS.flatMap((kind) => change[kind])]) {
      this.#numbers.push(number)
    }
    for (const kind of KINDS) this.passages[kind] += change[kind].length
  }

  /** Returns the change at a place, or undefined beyond the last. */
  at(place: number): RowChange | undefined {
    if (place >= this.length) return undefined
    const start = this.#starts.get(place)
    const end = place + 1 < this.length ? this.#starts.get(place + 1) : this.#numbers.length
    const [row, into, ...rest] = this.#numbers.slice(start, end) as unknown as [number, number, ...number[]]
    let from = KINDS.length
    const lists = KINDS.map((kind, index) => [kind, rest.slice(from, (from += rest[index] as number))] as const)
    return { row, into, ...(Object.fromEntries(lists) as Record<ChangeKind, number[]>) }
  }

  *[Symbol.iterator](): Generator<RowChange> {
    for (let place = 0; place < this.length; place++) yield this.at(place) as RowChange
  }
}

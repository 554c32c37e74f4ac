// Which rows have which values: for each value of each filter the list of its rows, from which selections are made in memory.

/** The filters that are lists of values. */
export const LISTED = ['outcome', 'to', 'verdict', 'falseNegatives', 'reason', 'stage', 'judge', 'dataset'] as const
export type ListedFilter = (typeof LISTED)[number]

/** Rows are numbered from 0, in the order of the file. */
export class Postings {
  readonly #lists = new Map<string, Growing>()

  add(filter: ListedFilter | 'disagree', value: string, row: number): void {
    const key = keyOf(filter, value)
    let list = this.#lists.get(key)
    if (list === undefined) this.#lists.set(key, (list = new Growing()))
    list.push(row)
  }

  /** Returns the rows that have a value, in their order. */
  rowsOf(filter: string, value: string): Uint32Array {
    return this.#lists.get(keyOf(filter, value))?.values() ?? new Uint32Array()
  }

  /** Returns the values of a filter with the number of rows of each. */
  valuesOf(filter: ListedFilter): { value: string; rows: number }[] {
    return [...this.#lists].flatMap(([key, list]) => {
      const [of, value] = JSON.parse(key) as [string, string]
      return of === filter ? [{ value, rows: list.length }] : []
    })
  }

  /** Yields all lists for storing. */
  *stored(): Generator<[key: string, rows: Uint8Array]> {
    for (const [key, list] of this.#lists) {
      const rows = list.values()
      yield [key, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)]
    }
  }

  /** Takes a list as `stored` gave it. */
  restore(key: string, rows: Uint8Array): void {
    this.#lists.set(key, new Growing(new Uint32Array(rows.slice().buffer)))
  }
}

const keyOf = (filter: string, value: string) => JSON.stringify([filter, value])

/** Numbers in the order in which they were added. A number that was added last is not added again. */
class Growing {
  #numbers: Uint32Array
  length: number

  constructor(numbers = new Uint32Array(0)) {
    this.#numbers = numbers
    this.length = numbers.length
  }

  push(value: number): void {
    if (this.length > 0 && this.#numbers[this.length - 1] === value) return
    if (this.length === this.#numbers.length) {
      const larger = new Uint32Array(Math.max(16, this.length * 2))
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.length++] = value
  }

  values(): Uint32Array {
    return this.#numbers.subarray(0, this.length)
  }
}

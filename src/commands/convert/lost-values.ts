// Counts the values of further columns that rows of another format do not hold: they have one value for all records of a query, or none.
import type { JsonObject } from '../../base/json.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { columnsOf, recordsIn } from '../../rows/formats/group.ts'
import type { RowLine } from '../../rows/read.ts'

export class LostValues {
  /** By column. */
  readonly counts = new Map<string, number>()
  readonly #from: RowFormat
  readonly #to: RowFormat

  constructor(from: RowFormat, to: RowFormat) {
    this.#from = from
    this.#to = to
  }

  /** Counts what is left out of a row: values that differ from those of its first record, or all if the format has no further columns. */
  add({ row, columns }: RowLine): void {
    const isClosed = this.#to.isClosed === true
    const records = recordsIn(columns)
    if (this.#from === this.#to || (records.length === 1 && !isClosed)) return
    const [first, ...others] = records as [JsonObject, ...JsonObject[]]
    for (const name of this.#namesIn(others.length === 0 ? row.extra : this.#extraOf(first, others))) {
      for (const record of isClosed ? records : others) {
        const value = record[name]
        if (value === undefined || value === null) continue
        if (!isClosed && JSON.stringify(value) === JSON.stringify(first[name])) continue
        this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
      }
    }
  }

  #namesIn(extra: JsonObject = {}): string[] {
    return Object.keys(extra).filter((name) => !this.#from.ownColumns.test(name))
  }

  /** Returns the columns of a row that its format has no use for, also those that only later records have. */
  #extraOf(first: JsonObject, others: readonly JsonObject[]): JsonObject | undefined {
    const whole: JsonObject = Object.assign({}, ...others, first)
    return this.#from.read(columnsOf([whole, ...others]), [])?.extra
  }
}

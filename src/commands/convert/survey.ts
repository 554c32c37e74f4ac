// What the rows of a file have that a target format may not hold: counted before anything is written.
import { labelled, type Row } from '../../rows/row.ts'

export class Survey {
  /** Rows with more than one positive, and the positives after their first. */
  readonly several = { rows: 0, positives: 0 }
  withoutScores = 0
  /** Whether any passage was not given by the file it was in at first. */
  isTold = false
  isScored = false
  /** Number of rows by their number of negatives. */
  readonly #negatives = new Map<number, number>()

  add(row: Row): void {
    const positives = labelled(row, 'positive')
    const negatives = labelled(row, 'negative').length
    this.#negatives.set(negatives, (this.#negatives.get(negatives) ?? 0) + 1)
    this.isTold ||= row.passages.some(({ origin }) => origin !== 'given')
    this.isScored ||= row.passages.some(({ score }) => score !== undefined)
    if (positives.length < 2) return
    this.several.rows += 1
    this.several.positives += positives.length - 1
    if (!positives.some(({ score }) => score !== undefined)) this.withoutScores += 1
  }

  /** The smallest number of negatives of a row that has any. */
  get fewest(): number {
    const some = [...this.#negatives.keys()].filter((count) => count > 0)
    return some.length === 0 ? 0 : Math.min(...some)
  }

  /** The largest number of negatives of a row. */
  get most(): number {
    return Math.max(0, ...this.#negatives.keys())
  }

  /** Returns how many negatives are beyond the first ones, over all rows that have so many. */
  beyond(count: number): number {
    let beyond = 0
    for (const [negatives, rows] of this.#negatives) if (negatives > count) beyond += (negatives - count) * rows
    return beyond
  }

  /** Returns how many rows have fewer negatives. */
  fewer(count: number): number {
    let fewer = 0
    for (const [negatives, rows] of this.#negatives) if (negatives < count) fewer += rows
    return fewer
  }
}

// Finds rows of a file by their lines, going forward, without reading the rows between.
import type { Line } from '../../base/lines.ts'
import { RowIds } from '../../rows/ids.ts'
import type { Input } from '../../rows/input.ts'
import { linesOfRows, readRow } from '../../rows/read.ts'
import type { Row } from '../../rows/row.ts'

export class RowCursor {
  readonly #input: Input
  readonly #batches: AsyncGenerator<Line[]>
  #batch: Line[] = []
  #place = 0
  #last: { line: number; row: Row | undefined } | undefined

  constructor(input: Input) {
    this.#input = input
    this.#batches = linesOfRows(input)
  }

  /**
   * Returns the row of a line; undefined if there is none. Made-up ids of repeated queries lack their number.
   * @param line not before the one asked for last
   */
  async at(line: number): Promise<Row | undefined> {
    if (this.#last?.line !== line) this.#last = { line, row: await this.#find(line) }
    return this.#last.row
  }

  async close(): Promise<void> {
    await this.#batches.return(undefined)
    await this.#input.close()
  }

  async #find(line: number): Promise<Row | undefined> {
    for (;;) {
      const found = this.#batch[this.#place]
      if (found === undefined) {
        const next = await this.#batches.next()
        if (next.done === true) return undefined
        this.#batch = next.value
        this.#place = 0
      } else if (found.number >= line) {
        const entry = found.number === line ? readRow(found, this.#input, new RowIds()) : undefined
        return entry && 'row' in entry ? entry.row : undefined
      } else this.#place += 1
    }
  }
}

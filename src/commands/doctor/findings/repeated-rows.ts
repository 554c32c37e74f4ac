// Rows that occur twice in the file: same query, same passages, same labels, in any order.
import { fold } from '../../../likeness/fold.ts'
import { HashTable } from '../../../base/hash-table.ts'
import type { KnownPositives } from '../../../rows/known.ts'
import { contentOf, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, Tally } from '../tally.ts'

/** Remembers only rows whose query occurs in several rows, so it belongs to the second pass. */
export class RepeatedRows implements Check {
  readonly #known: KnownPositives
  #lines = new HashTable()
  #tally = new Tally()

  constructor(known: KnownPositives) {
    this.#known = known
  }

  add(row: Row, line: number): void {
    if (this.#known.rowsAsking(row) < 2) return
    const first = this.#lines.setIfNew(keyOf(row), line)
    if (first > 0) this.#tally.add(1, () => exampleOf(row, line, `repeats the row at line ${first}`))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    return [
      {
        code: 'repeated-rows',
        severity: 'look',
        title: 'Repeated rows',
        noun: 'row',
        ...this.#tally.result,
        why: 'A row that repeats the query, passages and labels of an earlier one counts twice in training and costs twice in cleaning.',
        advice: 'Keep one copy in the file.',
      },
    ]
  }
}

function keyOf(row: Row): string {
  const passages = row.passages.map((passage) => `${passage.label}\t${passage.title ?? ''}\t${contentOf(passage)}`)
  return [fold(row.query), ...passages.sort()].join('\n')
}

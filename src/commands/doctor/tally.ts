// Counts what a check finds and keeps the first twenty examples, at most one a row.
import { beginningOf } from '../../base/strings.ts'
import { contentOf, labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Example } from './finding.ts'

export const LISTED = 20
const SNIPPET = 300

export class Tally {
  count = 0
  rows = 0
  readonly examples: Example[] = []

  /** Notes all that one row has of a fault. `example` is called only while examples are still wanted. */
  add(count: number, example: () => Example): void {
    if (count === 0) return
    this.count += count
    this.rows += 1
    if (this.examples.length < LISTED) this.examples.push(example())
  }

  /** The counts and examples, as a finding has them. */
  get result(): { count: number; rows: number; examples: Example[] } {
    return { count: this.count, rows: this.rows, examples: this.examples }
  }
}

/** An example that shows a row, and one of its passages if there is one to show. */
export function exampleOf(row: Row, line: number, note: string, passage?: Passage): Example {
  const example: Example = { line, note, row: row.id, query: beginningOf(row.query, SNIPPET) }
  return passage ? { ...example, label: passage.label, passage: beginningOf(contentOf(passage), SNIPPET) } : example
}

/** `negative 3`: where a passage stands among those of its label, as a person would count in the file. */
export function placeOf(row: Row, passage: Passage): string {
  return `${passage.label} ${labelled(row, passage.label).indexOf(passage) + 1}`
}

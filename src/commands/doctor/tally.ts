// Counts what a check finds and keeps the first twenty examples, at most one per row.
import { beginningOf } from '../../base/strings.ts'
import { contentOf, labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Example } from './finding.ts'

export const LISTED = 20
const SNIPPET = 300

export class Tally {
  count = 0
  rows = 0
  readonly examples: Example[] = []

  /** Records all faults of one row. `example` is called only while more examples are needed. */
  add(count: number, example: () => Example): void {
    if (count === 0) return
    this.count += count
    this.rows += 1
    if (this.examples.length < LISTED) this.examples.push(example())
  }

  /** Returns the counts and examples for a finding. */
  get result(): { count: number; rows: number; examples: Example[] } {
    return { count: this.count, rows: this.rows, examples: this.examples }
  }
}

/** Creates an example of a row, with one of its passages if given. */
export function exampleOf(row: Row, line: number, note: string, passage?: Passage): Example {
  const example: Example = { line, note, row: row.id, query: beginningOf(row.query, SNIPPET) }
  return passage ? { ...example, label: passage.label, passage: beginningOf(contentOf(passage), SNIPPET) } : example
}

/** Returns the position of a passage among those with its label, as a person would count in the file: `negative 3`. */
export function placeOf(row: Row, passage: Passage): string {
  return `${passage.label} ${labelled(row, passage.label).indexOf(passage) + 1}`
}

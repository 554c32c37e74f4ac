// Passages with neither a text nor a title.
import { contentOf, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, placeOf, Tally } from '../tally.ts'

export class EmptyPassages implements Check {
  #tally = new Tally()
  #positives = 0

  add(row: Row, line: number): void {
    const empty = row.passages.filter((passage) => contentOf(passage).trim() === '')
    const [first] = empty
    if (first === undefined) return
    this.#positives += empty.filter(({ label }) => label === 'positive').length
    this.#tally.add(empty.length, () => exampleOf(row, line, `${placeOf(row, first)} is empty`))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    const negatives = this.#tally.count - this.#positives
    return [
      {
        code: 'empty-passages',
        severity: 'harms',
        title: 'Empty passages',
        noun: 'passage',
        ...this.#tally.result,
        why: 'An empty positive teaches that an empty text is relevant; an empty negative teaches nothing.',
        advice: 'Remove them, or fill in their text from the original collection.',
        parts: [
          { code: 'positives', count: this.#positives, text: 'among the positives' },
          { code: 'negatives', count: negatives, text: 'among the negatives' },
        ].filter(({ count }) => count > 0),
      },
    ]
  }
}

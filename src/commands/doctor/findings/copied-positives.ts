// Negatives with the text of one of their own row's positives: the most common fault of mined data.
import { foldedFinder } from '../../../likeness/fold.ts'
import { duplicatesIn } from '../../../rows/known.ts'
import { contentOf, labelled, type Passage, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, placeOf, Tally } from '../tally.ts'

export class CopiedPositives implements Check {
  #tally = new Tally()
  #exact = 0

  add(row: Row, line: number): void {
    const copies = duplicatesIn(row).map(({ passage }) => passage)
    const [first] = copies
    if (first === undefined) return
    const positives = labelled(row, 'positive').map(contentOf)
    const exact = new Set(positives)
    this.#exact += copies.filter((passage) => exact.has(contentOf(passage))).length
    this.#tally.add(copies.length, () => exampleOf(row, line, noteOn(row, positives, first), first))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    const folded = this.#tally.count - this.#exact
    return [
      {
        code: 'copied-positives',
        severity: 'harms',
        title: 'Copied positives',
        noun: 'negative',
        ...this.#tally.result,
        why: 'A negative has the text of a positive of its row: training pushes away the same text that it pulls in.',
        advice: 'winnow clean removes these without asking a model.',
        parts: [
          { code: 'exact', count: this.#exact, text: 'exactly the same' },
          { code: 'folded', count: folded, text: 'the same except for case, spacing, quote marks or dashes' },
        ].filter(({ count }) => count > 0),
      },
    ]
  }
}

function noteOn(row: Row, positives: string[], copy: Passage): string {
  const text = contentOf(copy)
  const written = positives.includes(text) ? '' : ', written differently'
  return `${placeOf(row, copy)} is positive ${foldedFinder(positives)(text) + 1}${written}`
}

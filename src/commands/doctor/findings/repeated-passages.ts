// Passages that occur twice with the same label in a row.
import { contentOf, labelled, type Label, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { foldedRepeats } from '../folded-repeats.ts'
import { exampleOf, Tally } from '../tally.ts'

export class RepeatedPassages implements Check {
  readonly #label: Exclude<Label, 'ignored'>
  #tally = new Tally()

  constructor(label: Exclude<Label, 'ignored'>) {
    this.#label = label
  }

  add(row: Row, line: number): void {
    const passages = labelled(row, this.#label)
    if (passages.length < 2) return
    const texts = passages.map(contentOf)
    const repeats = foldedRepeats(texts).filter(({ index }) => texts[index]?.trim() !== '')
    const [repeat] = repeats
    if (repeat === undefined) return
    const note = `${this.#label} ${repeat.index + 1} has the text of ${this.#label} ${repeat.first + 1}`
    this.#tally.add(repeats.length, () => exampleOf(row, line, note, passages[repeat.index]))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    return [
      {
        code: `repeated-${this.#label}s`,
        severity: 'look',
        title: `Repeated ${this.#label}s`,
        noun: this.#label,
        ...this.#tally.result,
        why: `A ${this.#label} repeats the text of an earlier one in its row, so it counts twice or displaces another.`,
        advice: 'Keep one copy in the row.',
      },
    ]
  }
}

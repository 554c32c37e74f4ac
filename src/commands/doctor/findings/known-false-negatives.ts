// Negatives that another row with the same query calls positive: false negatives that the file itself reveals.
import { fold } from '../../../likeness/fold.ts'
import { HashTable } from '../../../base/hash-table.ts'
import { duplicatesIn, type KnownPositives } from '../../../rows/known.ts'
import { contentOf, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, placeOf, Tally } from '../tally.ts'

/** Needs the positives of every row first, so it belongs to the second pass. */
export class KnownFalseNegatives implements Check {
  readonly #known: KnownPositives
  #tally = new Tally()
  #pairs = new HashTable()

  constructor(known: KnownPositives) {
    this.#known = known
  }

  add(row: Row, line: number): void {
    const found = this.#known.knownIn(row)
    if (found.length === 0) return
    // A copy of the row's own positive is a separate finding.
    const copies = new Set(duplicatesIn(row).map(({ passage }) => passage))
    const elsewhere = found.filter(({ passage }) => !copies.has(passage))
    const [first] = elsewhere
    if (first === undefined) return
    for (const { passage } of elsewhere) this.#pairs.setIfNew(`${fold(row.query)}\n${fold(contentOf(passage))}`, 1)
    const note = () => `${placeOf(row, first.passage)} is ${first.reason}`
    this.#tally.add(elsewhere.length, () => exampleOf(row, line, note(), first.passage))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    return [
      {
        code: 'known-false-negatives',
        severity: 'harms',
        title: 'Known false negatives',
        noun: 'negative',
        ...this.#tally.result,
        why: 'The passage is a positive in another row with the same query: the two rows cancel each other out.',
        advice: 'winnow clean removes these, or relabels them with --known-positives relabel.',
        parts: [
          {
            code: 'conflicting-pairs',
            count: this.#pairs.size,
            text:
              this.#pairs.size === 1
                ? 'query-passage pair has both labels'
                : 'distinct query-passage pairs have both labels',
          },
        ],
      },
    ]
  }
}

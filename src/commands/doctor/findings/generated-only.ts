// Rows whose negatives were all written by a model, so that they teach nothing about the corpus.
import { groupOf } from '../../../rows/sources.ts'
import type { Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, Tally } from '../tally.ts'

export class GeneratedOnly implements Check {
  #tally = new Tally()

  add(row: Row, line: number): void {
    const { mined, generated } = groupOf(row)
    if (generated === 0 || mined > 0) return
    const note = generated === 1 ? 'its only negative is generated' : `its ${generated} negatives are generated`
    this.#tally.add(1, () => exampleOf(row, line, note))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    return [
      {
        code: 'generated-only',
        severity: 'harms',
        title: 'Generated negatives only',
        noun: 'row',
        ...this.#tally.result,
        why: 'A model wrote all negatives of the row. Retrievers trained only on such rows learn nothing about the corpus: 1.71 nDCG@10 on average in the CausalNeg paper, against 64.65 with mined negatives.',
        advice: 'Add mined negatives with winnow mine ROWS --corpus CORPUS --add.',
      },
    ]
  }
}

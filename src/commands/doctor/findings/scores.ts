// Scores that only one side of a row has, or only some rows: distillation needs both sides in every row.
import type { Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, Tally } from '../tally.ts'

export const SCORE_COLUMNS: readonly string[] = ['pos_scores', 'neg_scores']

const FORMULA = {
  severity: 'breaks',
  noun: 'row',
  why: 'Distillation needs pos_scores and neg_scores in every row; trainers stop if they are missing.',
} as const

export class UnevenScores implements Check {
  #oneSided = new Tally()
  #with = new Tally()
  #without = new Tally()

  add(row: Row, line: number): void {
    const present = SCORE_COLUMNS.filter((column) => Array.isArray(row.extra?.[column]))
    const side = present.length === 0 ? this.#without : this.#with
    side.add(1, () => exampleOf(row, line, present.length === 0 ? 'has no scores' : 'has scores'))
    if (present.length === 1) this.#oneSided.add(1, () => exampleOf(row, line, `has only ${present[0]}`))
  }

  reports(): Report[] {
    const reports: Report[] = []
    if (this.#oneSided.count > 0) {
      reports.push({
        ...FORMULA,
        code: 'one-sided-scores',
        title: 'Scores on one side only',
        ...this.#oneSided.result,
        advice: 'Score the other side too, or remove the scores from every row.',
      })
    }
    if (this.#with.count > 0 && this.#without.count > 0) {
      const rarer = this.#with.count < this.#without.count ? this.#with : this.#without
      reports.push({
        ...FORMULA,
        code: 'partial-scores',
        title: 'Scores in some rows only',
        ...this.#without.result,
        examples: rarer.examples,
        advice: 'Score the other rows too, or remove the scores from every row.',
      })
    }
    return reports
  }
}

// Negatives that the given judgements (qrels) call relevant. They are looked up by the ids of row and passage.
import type { Qrels } from '../../../rows/qrels.ts'
import type { Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, placeOf, Tally } from '../tally.ts'

export class JudgedPositives implements Check {
  readonly #qrels: Qrels
  #tally = new Tally()
  #judgedRows = 0
  #rows = 0

  constructor(qrels: Qrels) {
    this.#qrels = qrels
  }

  add(row: Row, line: number): void {
    this.#rows += 1
    if (!this.#qrels.hasQuery(row.id)) return
    this.#judgedRows += 1
    const found = row.passages.filter(({ label, id }) => label === 'negative' && this.#qrels.isRelevant(row.id, id))
    const [first] = found
    if (first === undefined) return
    const note = () => `${placeOf(row, first)} (${first.id}) is relevant in ${this.#qrels.path}`
    this.#tally.add(found.length, () => exampleOf(row, line, note(), first))
  }

  reports(): Report[] {
    if (this.#rows > 0 && this.#judgedRows === 0) return [this.#unmatched()]
    if (this.#tally.count === 0) return []
    return [
      {
        code: 'judged-positives',
        severity: 'harms',
        title: 'Negatives judged relevant',
        noun: 'negative',
        ...this.#tally.result,
        why: `${this.#qrels.path} judges the passage relevant to the query: a false negative.`,
        advice: 'winnow clean removes these with the same --known.',
        parts: [{ code: 'judged-rows', count: this.#judgedRows, text: 'rows have a judged query' }],
      },
    ]
  }

  #unmatched(): Report {
    return {
      code: 'unmatched-judgements',
      severity: 'look',
      title: 'Judgements that match no row',
      noun: 'row',
      count: this.#rows,
      rows: this.#rows,
      why: `No row has an id that is a query of ${this.#qrels.path}, so --known has no effect.`,
      advice: 'Check that both use the same ids. Rows in a format without ids, such as bge, cannot be matched.',
      examples: [],
    }
  }
}

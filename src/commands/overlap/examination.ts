// Counts what of a test collection occurs in training rows: it is shown each row once, in order, and its memory is bounded by the
// collection.
import type { RowLine } from '../../rows/read.ts'
import { hasTestPair, type RowOverlap } from './examine.ts'
import { TestTextTally, type TestTextMatches } from './tally.ts'
import type { TestSide } from './test-side.ts'

export interface OverlapCounts {
  /** Rows that were examined. */
  rows: number
  /** Test queries that are queries of rows. */
  queries: TestTextMatches
  /** Judged passages that are passages of rows, with any label. */
  passages: TestTextMatches
  /** The same for passages that are positives of rows, and for those that are negatives. */
  positives: TestTextMatches
  negatives: TestTextMatches
  both: {
    /** Rows whose query is a test query and that have a judged passage among their positives. */
    rows: number
    /** How many of these rows contain a pair that the test judges relevant, so that they teach its answer. */
    relevant: number
    /** The first lines of these rows, relevant ones before the others. */
    lines: number[]
  }
}

const LISTED = 20

export class OverlapTally {
  readonly #side: TestSide
  readonly #queries: TestTextTally
  readonly #passages: TestTextTally
  readonly #positives: TestTextTally
  readonly #negatives: TestTextTally
  readonly #both = { relevant: [] as number[], others: [] as number[], rows: 0, relevantRows: 0 }
  #rows = 0

  constructor(side: TestSide) {
    this.#side = side
    this.#queries = new TestTextTally(side.queryIds)
    this.#passages = new TestTextTally(side.passageIds)
    this.#positives = new TestTextTally(side.passageIds)
    this.#negatives = new TestTextTally(side.passageIds)
  }

  add({ row, line }: RowLine, overlap: RowOverlap): void {
    const { queries, positives, negatives } = overlap
    this.#rows += 1
    if (queries.length + positives.length + negatives.length === 0) return
    const place = { line: line.number, row: row.id }
    const [ofPositives, ofNegatives] = [positives, negatives].map((each) => each.map(({ occurrences }) => occurrences))
    this.#queries.add(place, queries.length > 0 ? [queries] : [])
    this.#positives.add(place, ofPositives ?? [])
    this.#negatives.add(place, ofNegatives ?? [])
    this.#passages.add(place, [...(ofPositives ?? []), ...(ofNegatives ?? [])])
    if (queries.length > 0 && positives.length > 0) this.#addBoth(line.number, hasTestPair(overlap, this.#side))
  }

  #addBoth(line: number, isRelevant: boolean): void {
    const lines = isRelevant ? this.#both.relevant : this.#both.others
    if (lines.length < LISTED) lines.push(line)
    this.#both.rows += 1
    if (isRelevant) this.#both.relevantRows += 1
  }

  result(): OverlapCounts {
    const { rows, relevantRows, relevant, others } = this.#both
    return {
      rows: this.#rows,
      queries: this.#queries.result(),
      passages: this.#passages.result(),
      positives: this.#positives.result(),
      negatives: this.#negatives.result(),
      both: { rows, relevant: relevantRows, lines: [...relevant, ...others].slice(0, LISTED) },
    }
  }
}

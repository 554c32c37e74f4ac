// False negatives that training meets in a batch: there, the passages of all other rows are negatives of a query, and some are its positives.
import { fold } from '../../../likeness/fold.ts'
import { free, HashTable } from '../../../base/hash-table.ts'
import { percent } from '../../../base/format.ts'
import { contentOf, labelled, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Report } from '../finding.ts'
import { exampleOf, placeOf, Tally } from '../tally.ts'

const BATCHES = [32, 64, 128, 256, 512]
const INITIAL = 1 << 12

/** Knows the positives of all rows, about 32 bytes each. Shown each row twice: `add` in the first pass, `addAgain` in the second. */
export class InBatch implements Check {
  #texts = new HashTable()
  /** By the number of a text: the rows that have it as a positive, and those that have it under any label. */
  #positiveIn = new Uint32Array(INITIAL)
  #heldBy = new Uint32Array(INITIAL)
  #tally = new Tally()
  #negatives = 0
  #foundNegatives = 0
  #rows = 0

  add(row: Row): void {
    this.#rows += 1
    for (const text of textsOf(row, 'positive')) {
      const number = this.#texts.setIfNew(text, this.#texts.size + 1) || this.#texts.size
      if (number >= this.#heldBy.length) this.#grow()
      ;(this.#positiveIn[number] as number) += 1
      ;(this.#heldBy[number] as number) += 1
    }
  }

  addAgain(row: Row, line: number): void {
    const own = textsOf(row, 'positive')
    const seen = new Set<number>()
    const found = row.passages.filter((passage) => {
      if (passage.label === 'ignored') return false
      const text = fold(contentOf(passage))
      const number = this.#texts.get(text)
      if (passage.label === 'positive') return (this.#positiveIn[number] as number) > 1
      this.#negatives += 1
      // A copy of the row's own positive is a separate finding.
      if (number === 0 || own.has(text)) return false
      this.#foundNegatives += 1
      seen.add(number)
      return true
    })
    for (const number of seen) (this.#heldBy[number] as number) += 1
    const [first] = found
    if (first === undefined) return
    const note = () => `${placeOf(row, first)} is a positive of another row`
    this.#tally.add(found.length, () => exampleOf(row, line, note(), first))
  }

  #grow(): void {
    for (const name of ['positive', 'held'] as const) {
      const before = name === 'positive' ? this.#positiveIn : this.#heldBy
      const after = new Uint32Array(before.length * 2)
      after.set(before)
      free(before)
      if (name === 'positive') this.#positiveIn = after
      else this.#heldBy = after
    }
  }

  reports(): Report[] {
    const met = this.#others()
    if (met.size === 0) return []
    const share = this.#negatives === 0 ? 0 : this.#foundNegatives / this.#negatives
    const negatives = {
      code: 'negatives',
      count: this.#foundNegatives,
      text: `of them negatives: ${percent(share)} of all negatives`,
    }
    const batches = BATCHES.filter((batch) => batch <= this.#rows).map((batch) => this.#batch(batch, met))
    return [
      {
        code: 'in-batch-false-negatives',
        severity: 'look',
        title: 'False negatives between rows',
        noun: 'passage',
        ...this.#tally.result,
        why: 'The passage is a positive of another row: where both are in one batch, training with in-batch negatives pushes a query away from its own positive.',
        advice:
          'Keep such rows out of one batch (batch_sampler=BatchSamplers.NO_DUPLICATES in sentence-transformers), or train without the negatives of other rows.',
        parts: [negatives, ...batches],
      },
    ]
  }

  /** Returns how many positives are in how many other rows; those in none are left out. */
  #others(): Map<number, number> {
    const met = new Map<number, number>()
    for (let number = 1; number <= this.#texts.size; number++) {
      const others = (this.#heldBy[number] as number) - 1
      if (others > 0) met.set(others, (met.get(others) ?? 0) + (this.#positiveIn[number] as number))
    }
    return met
  }

  #batch(batch: number, met: ReadonlyMap<number, number>) {
    let expected = 0
    for (const [others, positives] of met) {
      expected += positives * (batch / this.#rows) * meeting(others, batch, this.#rows)
    }
    const count = Number(expected.toPrecision(2))
    return {
      code: `batch-${batch}`,
      count,
      text: `expected in a random batch of ${batch} rows: positives that another of them shows as negatives`,
    }
  }
}

/** Returns the different texts of a row under a label. */
const textsOf = (row: Row, label: 'positive' | 'negative') =>
  new Set(labelled(row, label).map((passage) => fold(contentOf(passage))))

/** Returns the chance that at least one of `others` rows is among the further rows of a random batch without replacement. */
function meeting(others: number, batch: number, rows: number): number {
  let none = 1
  // Both products are the same chance; the shorter one is taken.
  const [steps, left] = others < batch - 1 ? [others, rows - batch] : [batch - 1, rows - 1 - others]
  for (let step = 0; step < steps && none > 0; step++) none *= Math.max(0, left - step) / (rows - 1 - step)
  return 1 - none
}

// Edits of rows by number, kept as a log on pages: as an object each, those of a large file would not fit into memory.
import { PagedNumbers } from '../base/paged-numbers.ts'
import { textOf, type TrainingSet } from '../train/training-set.ts'

/** A row after its edits, as numbers of texts. */
export interface EditedRow {
  positives: Set<number>
  /** Passages as returned by `negativesOf`, by text. */
  negatives: Map<number, number>
}

const EDITS = ['dropNegative', 'addPositive', 'dropPositive', 'addNegative'] as const
type Edit = (typeof EDITS)[number]

/** Numbers of an entry of the log: the edit, its passage, and 1 more than the place of the row's entry before. */
const WIDTH = 3

export class RowEdits {
  readonly #base: TrainingSet
  readonly #log = new PagedNumbers()
  /** 1 more than the place of each row's last entry; 0 for a row without. */
  readonly #last = new PagedNumbers()

  constructor(base: TrainingSet) {
    this.#base = base
    this.#last.extend(base.size)
  }

  isEdited(row: number): boolean {
    return this.#last.get(row) > 0
  }

  add(row: number, edit: Edit, passage: number): void {
    this.#log.push(EDITS.indexOf(edit))
    this.#log.push(passage)
    this.#log.push(this.#last.get(row))
    this.#last.set(row, this.#log.length / WIDTH)
  }

  /** Returns the row after all of its edits, in their order. */
  of(row: number): EditedRow {
    const entries: number[] = []
    for (let next = this.#last.get(row); next > 0; next = this.#log.get(next * WIDTH - 1)) entries.push(next - 1)
    const negatives = new Map(Array.from(this.#base.negativesOf(row), (passage) => [textOf(passage), passage]))
    const edited = { positives: new Set(this.#base.positivesOf(row)), negatives }
    for (const entry of entries.toReversed()) {
      const edit = EDITS[this.#log.get(entry * WIDTH)] as Edit
      apply(edited, edit, this.#log.get(entry * WIDTH + 1))
    }
    return edited
  }
}

function apply({ positives, negatives }: EditedRow, edit: Edit, passage: number): void {
  if (edit === 'dropNegative') negatives.delete(textOf(passage))
  else if (edit === 'addNegative') negatives.set(textOf(passage), passage)
  else if (edit === 'addPositive') positives.add(passage)
  else positives.delete(passage)
}

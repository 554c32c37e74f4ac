// The contents of a file: how many rows and passages, from which datasets, their lengths, and the task of each dataset.
import { labelled, type Origin, type Row } from '../../rows/row.ts'
import type { TaskChoice } from '../../tasks/tasks.ts'
import { Histogram } from './histogram.ts'

export interface Spread {
  min: number
  /** To 1/64 of its value. */
  median: number
  max: number
}

export interface DatasetCount {
  /** null for rows without a dataset. */
  dataset: string | null
  rows: number
  /** The task that winnow clean would use for them. */
  task: string
  /** Whether Winnow knows the dataset; others get the default task. */
  isKnown: boolean
}

export interface Overview {
  passages: { positive: number; negative: number; ignored: number }
  positivesPerRow: Spread
  negativesPerRow: Spread
  /** Negatives by origin; `given` if the file does not say. */
  origins: Record<Origin, number>
  /** Distinct queries, folded. */
  distinctQueries: number
  /** Rows whose query also occurs in another row. */
  rowsSharingQuery: number
  /** Lengths of non-empty queries and passages, and their sums. */
  characters: { queries: Spread & { total: number }; passages: Spread & { total: number } }
  /** Most rows first. */
  datasets: DatasetCount[]
}

/** How many datasets are counted separately; rows of further ones count as `OTHERS`. */
const DATASETS = 10_000
const OTHERS = '(others)'

export class OverviewCounts {
  readonly #tasks: TaskChoice
  #positives = new Histogram()
  #negatives = new Histogram()
  #ignored = 0
  #origins: Record<Origin, number> = { given: 0, mined: 0, generated: 0 }
  #datasets = new Map<string, DatasetCount>()
  #distinctQueries = 0
  #rowsSharingQuery = 0

  constructor(tasks: TaskChoice) {
    this.#tasks = tasks
  }

  get rows(): number {
    return this.#negatives.count
  }

  get distinctQueries(): number {
    return this.#distinctQueries
  }

  /** @param rowsAsking how many rows so far, including this one, have the row's query */
  add(row: Row, rowsAsking: number): void {
    const [positives, negatives] = [labelled(row, 'positive').length, labelled(row, 'negative')]
    this.#positives.add(positives)
    this.#negatives.add(negatives.length)
    for (const { origin } of negatives) this.#origins[origin] += 1
    this.#ignored += row.passages.length - positives - negatives.length
    if (rowsAsking === 1) this.#distinctQueries += 1
    else this.#rowsSharingQuery += rowsAsking === 2 ? 2 : 1
    this.#addDataset(row)
  }

  #addDataset(row: Row): void {
    const isNew = row.dataset !== undefined && !this.#datasets.has(row.dataset)
    const name = isNew && this.#datasets.size >= DATASETS ? OTHERS : row.dataset
    const entry = this.#datasets.get(name ?? '')
    if (entry) entry.rows += 1
    else
      this.#datasets.set(name ?? '', {
        dataset: name ?? null,
        rows: 1,
        task: this.#tasks.of(row).name,
        isKnown: this.#tasks.knows(row),
      })
  }

  /** @param queries lengths of the queries @param passages lengths of the passages */
  result(queries: Histogram, passages: Histogram): Overview {
    return {
      passages: { positive: this.#positives.sum, negative: this.#negatives.sum, ignored: this.#ignored },
      positivesPerRow: spreadOf(this.#positives),
      negativesPerRow: spreadOf(this.#negatives),
      origins: { ...this.#origins },
      distinctQueries: this.#distinctQueries,
      rowsSharingQuery: this.#rowsSharingQuery,
      characters: {
        queries: { ...spreadOf(queries), total: queries.sum },
        passages: { ...spreadOf(passages), total: passages.sum },
      },
      datasets: [...this.#datasets.values()].sort((one, other) => other.rows - one.rows),
    }
  }
}

function spreadOf(values: Histogram): Spread {
  if (values.count === 0) return { min: 0, median: 0, max: 0 }
  return { min: values.min, median: values.quantile(0.5), max: values.max }
}

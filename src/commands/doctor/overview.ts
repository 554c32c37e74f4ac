// The contents of a file: how many rows and passages, from which datasets, their lengths, and the task of each dataset.
import { labelled, type Origin, type Row } from '../../rows/row.ts'
import type { ChosenBy, TaskChoice } from '../../tasks/tasks.ts'
import { TaskCounts, type TaskConflict } from '../../tasks/counts.ts'
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
  /** What of a row chose it. */
  by: ChosenBy
  /** The type or prompt of the first such row, if that chose it. */
  words?: string
  /** The methods that leave such rows as they are. */
  exempt: readonly string[]
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
  /** Rows that say one thing about their task by what chose it, and another besides. */
  taskConflicts: TaskConflict[]
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
  #names = new Set<string>()
  readonly #counts = new TaskCounts()
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
    const isNew = row.dataset !== undefined && !this.#names.has(row.dataset)
    const name = isNew && this.#names.size >= DATASETS ? OTHERS : row.dataset
    if (name !== undefined) this.#names.add(name)
    const chosen = this.#tasks.chosen(row)
    this.#counts.add(row, chosen)
    const { task, by, words } = chosen
    const key = `${task.name} ${by} ${name ?? ''}`
    const entry = this.#datasets.get(key)
    if (entry) entry.rows += 1
    else {
      const said = by === 'type' || by === 'prompt' ? { words } : {}
      this.#datasets.set(key, { dataset: name ?? null, rows: 1, task: task.name, by, ...said, exempt: task.exempt })
    }
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
      taskConflicts: this.#counts.conflicts,
    }
  }
}

function spreadOf(values: Histogram): Spread {
  if (values.count === 0) return { min: 0, median: 0, max: 0 }
  return { min: values.min, median: values.quantile(0.5), max: values.max }
}

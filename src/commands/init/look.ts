// What init sees in the rows: how many, in which format, of which datasets and tasks, and where their negatives come from.
import { bump } from '../../base/counts.ts'
import type { Hooks } from '../../base/hooks.ts'
import { openInput } from '../../rows/input.ts'
import { labelled, type Origin, type Row } from '../../rows/row.ts'
import { scan } from '../../rows/scan.ts'
import { tasksByDataset, type TaskChoice } from '../../tasks/tasks.ts'

interface DatasetSeen {
  /** Undefined for rows without a dataset. */
  name: string | undefined
  rows: number
  task: string
  /** Whether Winnow knows the dataset; others get the default task. */
  isKnown: boolean
}

/** What a file of rows holds. */
export interface RowsSeen {
  path: string
  format: string
  rows: number
  badRows: number
  /** Most rows first. */
  datasets: DatasetSeen[]
  /** Negatives by origin. */
  origins: Record<Origin, number>
  /** Per row. */
  medianNegatives: number
}

const SHOWN_EVERY = 1000

/** Reads all rows once. @throws UsageError if the file cannot be read, or holds no row */
export async function lookAtRows(path: string, format: string | undefined, hooks: Hooks): Promise<RowsSeen> {
  const input = await openInput(path, format, hooks, true)
  try {
    const counts = new RowCounts(tasksByDataset())
    let done = 0
    const onRow = (row: Row) => {
      counts.add(row)
      done += 1
      if (done % SHOWN_EVERY === 0) hooks.onProgress?.({ what: 'reading rows', done, total: 0 })
    }
    const { rows, badRows } = await scan(input, { onBadRow: 'skip', onRow }, hooks.signal)
    return { path, format: input.format.name, rows, badRows, ...counts.result() }
  } finally {
    await input.close()
  }
}

class RowCounts {
  readonly #tasks: TaskChoice
  readonly #datasets = new Map<string | undefined, DatasetSeen>()
  readonly #origins: Record<Origin, number> = { given: 0, mined: 0, generated: 0 }
  /** Rows by their number of negatives. */
  readonly #rowsWith: Record<string, number> = {}

  constructor(tasks: TaskChoice) {
    this.#tasks = tasks
  }

  add(row: Row): void {
    const negatives = labelled(row, 'negative')
    for (const { origin } of negatives) this.#origins[origin] += 1
    bump(this.#rowsWith, String(negatives.length))
    const seen = this.#datasets.get(row.dataset)
    if (seen) seen.rows += 1
    else this.#datasets.set(row.dataset, this.#datasetOf(row))
  }

  #datasetOf(row: Row): DatasetSeen {
    const { task, by } = this.#tasks.chosen(row)
    return { name: row.dataset, rows: 1, task: task.name, isKnown: by !== 'default' }
  }

  result(): Pick<RowsSeen, 'datasets' | 'origins' | 'medianNegatives'> {
    const byRows = (one: DatasetSeen, other: DatasetSeen) => other.rows - one.rows
    return {
      datasets: [...this.#datasets.values()].sort(byRows),
      origins: this.#origins,
      medianNegatives: this.#median(),
    }
  }

  #median(): number {
    const counts = Object.entries(this.#rowsWith)
    const half = counts.reduce((sum, [, rows]) => sum + rows, 0) / 2
    let seen = 0
    for (const [negatives, rows] of counts.toSorted(([one], [other]) => Number(one) - Number(other))) {
      seen += rows
      if (seen >= half) return Number(negatives)
    }
    return 0
  }
}

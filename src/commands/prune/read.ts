// Reads the rows of prune: first for faults, ids and datasets; then for the words of the training rows; then as numbers
// of texts, each row with its dataset.
import { UsageError } from '../../base/errors.ts'
import { readRows } from '../../rows/read.ts'
import type { Row } from '../../rows/row.ts'
import { UNDONE } from '../../train/reading.ts'
import { WAITING, type Texts } from '../../train/texts.ts'
import { TrainingSet } from '../../train/training-set.ts'
import { everyFault } from '../../laboratory/every-fault.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import type { Input } from '../../rows/input.ts'
import { scan } from '../../rows/scan.ts'
import { Datasets } from './datasets.ts'
import type { PruneValues } from './options.ts'
import type { InputReport } from './report.ts'

/** Runs the first pass. @throws UsageError with the faults of every file, or when there are fewer than two datasets */
export async function readDatasets(
  inputs: readonly Input[],
  names: readonly string[],
  values: PruneValues,
  { signal, onProgress }: CompareHooks,
): Promise<{ datasets: Datasets; files: InputReport[] }> {
  const datasets = new Datasets(names, values)
  const files: InputReport[] = []
  let read = 0
  await everyFault(inputs, async (input) => {
    const onRow = (row: Row) => {
      onProgress?.({ what: 'reading rows', done: ++read, total: 0 })
      datasets.show(row, inputs.indexOf(input))
    }
    const { hash, rows, badRows, problems } = await scan(
      input,
      { onBadRow: values.onBadRow, undone: UNDONE, onRow },
      signal,
    )
    files.push({ path: input.name, sha256: hash, format: input.format.name, rows, badRows, problems })
  })
  datasets.assertUsable()
  return { datasets, files }
}

/** Yields the training rows in file order, each with the number of its dataset. */
async function* takenRows(
  inputs: readonly Input[],
  datasets: Datasets,
  signal?: AbortSignal,
): AsyncGenerator<{ row: Row; which: number }> {
  for (const [file, input] of inputs.entries()) {
    for await (const batch of readRows(input)) {
      signal?.throwIfAborted()
      for (const entry of batch) {
        if ('row' in entry && datasets.takes(entry.row, file))
          yield { row: entry.row, which: datasets.of(entry.row, file) }
      }
    }
  }
}

/** Runs the second pass, which an engine may need. @param show receives each training row */
export async function showTaken(
  inputs: readonly Input[],
  datasets: Datasets,
  show: (row: Row) => void,
  { signal, onProgress }: CompareHooks,
): Promise<void> {
  let read = 0
  for await (const { row } of takenRows(inputs, datasets, signal)) {
    onProgress?.({ what: 'counting words', done: ++read, total: 0 })
    show(row)
  }
}

/** Rows as numbers. */
export interface DatasetRows {
  /** All training rows. */
  all: TrainingSet
  /** The dataset of each row, or -1. */
  datasetOf: Int16Array
  /** For each dataset, the number of training rows, and of sampled rows that cannot be learned from. */
  trained: number[]
  skipped: number[]
}

/** Runs the third pass: texts by number. */
export async function readTraining(
  inputs: readonly Input[],
  datasets: Datasets,
  texts: Texts,
  hooks: CompareHooks,
): Promise<DatasetRows> {
  const all = new TrainingSet(texts)
  const [trained, skipped] = [datasets.list.map(() => 0), datasets.list.map(() => 0)]
  const datasetOf: number[] = []
  let read = 0
  for await (const { row, which } of takenRows(inputs, datasets, hooks.signal)) {
    await texts.settle(hooks, WAITING)
    hooks.onProgress?.({ what: 'reading texts', done: ++read, total: 0 })
    const before = all.size
    all.add({ ...row, id: datasets.idOf(row, which) })
    if (all.size > before) datasetOf.push(which)
    if (which < 0) continue
    const counts = all.size > before ? trained : skipped
    counts[which] = (counts[which] as number) + 1
  }
  if (trained.filter((count) => count > 0).length < 2) {
    const names = inputs.map(({ name }) => name).join(', ')
    throw new UsageError(`${names}: nothing to compare: fewer than two datasets have a row with a query and a positive`)
  }
  all.seal()
  await texts.settle(hooks)
  for (const input of inputs) await input.assertUnchanged()
  return { all, datasetOf: Int16Array.from(datasetOf), trained, skipped }
}

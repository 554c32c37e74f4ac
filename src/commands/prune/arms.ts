// The arms of prune: all rows, all rows without some datasets, and all rows without as many random ones.
import { droppedAtRandom } from '../../laboratory/controls.ts'
import { sha256 } from '../../base/hash.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import type { Arm } from '../../laboratory/arm.ts'
import type { Datasets } from './datasets.ts'
import type { DatasetRows } from './read.ts'

/** Makes arms. A stored training is identified by the hashes of the files, the datasets and the sample. */
export interface Bench {
  everything: Arm
  /** @param which numbers of datasets */
  without(which: readonly number[]): Arm
  /** Undefined if the number of rows is zero or that of all rows. */
  withoutRandom(rows: number): Arm | undefined
  /** Returns the number of training rows of these datasets. */
  rowsOf(which: readonly number[]): number
}

export function benchOf(read: DatasetRows, datasets: Datasets, hashes: readonly string[], seed: number): Bench {
  const { all, trained } = read
  const names = datasets.list.map(({ name }) => name)
  const identity = sha256(JSON.stringify([hashes, datasets.isByFile, names, all.size, trained, seed]))
  const armOf = (name: string, kind: Arm['kind'], rows: number, what: unknown, setOf: Arm['setOf']): Arm => ({
    name,
    kind,
    identity: `${identity} ${JSON.stringify(what)}`,
    rows,
    setOf,
  })
  const rowsOf = (which: readonly number[]) => which.reduce((sum, each) => sum + (trained[each] as number), 0)
  return {
    everything: armOf('everything', 'baseline', all.size, 'everything', () => all),
    without: (which) => {
      const gone = new Set(which)
      const named = which.map((each) => names[each])
      // Created only when it is trained: all at once would be as many copies of the rows as there are datasets.
      return armOf(`without ${named.join(', ')}`, 'given', all.size - rowsOf(which), named.toSorted(), () =>
        withoutDatasets(read, gone),
      )
    },
    withoutRandom: (rows) =>
      rows === 0 || rows >= all.size
        ? undefined
        : armOf(`without ${rows} random rows`, 'dropped-at-random', all.size - rows, rows, (ofSeed) =>
            droppedAtRandom(all, rows, ofSeed),
          ),
    rowsOf,
  }
}

function withoutDatasets({ all, datasetOf }: DatasetRows, gone: ReadonlySet<number>): TrainingSet {
  const set = all.emptied()
  for (let row = 0; row < all.size; row++) {
    if (!gone.has(datasetOf[row] as number))
      set.addNumbered(all.codeOf(row), all.queryOf(row), all.positivesOf(row), all.negativesOf(row))
  }
  return set.seal()
}

// The arms of prune leave out what their names say, and every seed draws other random rows.
import { describe, expect, it } from 'vitest'
import { contents, setsOf } from '../../../test/support/training-sets.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import { benchOf } from './arms.ts'
import { Datasets } from './datasets.ts'
import { PRUNE_OPTIONS } from './options.ts'
import { readOptions } from '../../options/options.ts'
import { settled } from '../../train/options.ts'

/** Makes rows that alternate between two datasets and none. */
function bench(by: 'file' | 'field' = 'file') {
  const rows = Array.from({ length: 30 }, (_, row) => ({
    id: `r${row}`,
    positives: [`p${row}`],
    negatives: [`n${row}`],
  }))
  const [all] = setsOf(rows) as [TrainingSet]
  const datasets = new Datasets(['a', 'b'], settled(readOptions(PRUNE_OPTIONS.winnow, { by })))
  for (const dataset of ['a', 'b']) datasets.of({ id: '', query: '', passages: [], dataset }, 0)
  const datasetOf = Int16Array.from(rows, (_, row) => (row % 3) - 1)
  const read = { texts: all.texts, all, datasetOf, trained: [10, 10], skipped: [0, 0] }
  return { all, bench: benchOf(read, datasets, ['hash'], 1), datasetOf }
}

describe('the arms of prune', () => {
  it('leave out the rows of datasets; rows of none are always there', () => {
    const { all, bench: made, datasetOf } = bench()
    const rowsLeft = (gone: number[]) => contents(all).filter((_, row) => !gone.includes(datasetOf[row] as number))
    for (const gone of [[0], [1], [0, 1]]) {
      const arm = made.without(gone)
      expect(contents(arm.setOf(1))).toEqual(rowsLeft(gone))
      expect(arm.rows).toBe(arm.setOf(1).size)
    }
    expect(contents(made.everything.setOf(1))).toEqual(contents(all))
  })

  it('leave out as many random rows, others with every seed', () => {
    const { bench: made } = bench()
    const arm = made.withoutRandom(10)
    const [one, same, other] = [1, 1, 2].map((seed) => arm && contents(arm.setOf(seed)))
    expect(one).toHaveLength(20)
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
    expect([made.withoutRandom(0), made.withoutRandom(30)]).toEqual([undefined, undefined])
  })

  it('are known again by what they leave out, and by what a dataset is', () => {
    const made = [bench('file'), bench('field')].flatMap(({ bench: each }) => [
      each.everything,
      each.without([0]),
      each.without([1]),
      each.without([0, 1]),
      each.withoutRandom(10),
      each.withoutRandom(11),
    ])
    expect(new Set(made.map((arm) => arm?.identity)).size).toBe(made.length)
    const { bench: each } = bench()
    expect(each.without([1, 0]).identity).toBe(each.without([0, 1]).identity)
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contents, setsOf, type PlainRow } from '../../test/support/training-sets.ts'
import type { TrainingSet } from '../train/training-set.ts'
import { changedAtRandom, droppedAtRandom } from './controls.ts'
import { changesBetween, countsOf, holdSame, passagesBetween, passagesChanged } from './row-changes.ts'

const BASE: PlainRow[] = Array.from({ length: 30 }, (_, row) => ({
  id: `r${row}`,
  positives: [`p${row}`, ...(row % 3 === 0 ? [`second${row}`] : [])],
  negatives: [0, 1, 2, 3].map((which) => `n${row}-${which}`),
}))

describe('changesBetween', () => {
  it('tells every kind of change apart', () => {
    const arm = BASE.slice(1).map((row): PlainRow => {
      if (row.id === 'r3') return { ...row, positives: [...row.positives, 'n3-0'], negatives: row.negatives.slice(1) }
      if (row.id === 'r6') return { ...row, positives: ['p6'], negatives: [...row.negatives, 'second6'] }
      if (row.id === 'r9') return { ...row, positives: ['p9', 'new'], negatives: ['other', ...row.negatives.slice(2)] }
      if (row.id === 'r10') return { ...row, query: 'another' }
      return row
    })
    const [base, changed] = setsOf(BASE, [...arm, { id: 'extra', positives: ['x'], negatives: [] }]) as [
      TrainingSet,
      TrainingSet,
    ]
    const changes = changesBetween(base, changed)
    expect(countsOf(changes)).toEqual({
      toPositive: 1,
      toNegative: 1,
      positivesRemoved: 1,
      negativesRemoved: 2,
      positivesAdded: 1,
      negativesAdded: 1,
      rows: 3,
      dropped: 2,
      added: 2,
    })
    expect([passagesChanged(countsOf(changes)), passagesBetween(base, changed)]).toEqual([7, 7])
    expect([holdSame(base, changed), holdSame(changed, base)]).toEqual([false, false])
  })

  it('takes the same rows in another order for the same', () => {
    const turned = BASE.toReversed().map((row) => ({ ...row, negatives: row.negatives.toReversed() }))
    const [base, other] = setsOf(BASE, turned) as [TrainingSet, TrainingSet]
    expect(holdSame(base, other)).toBe(true)
    expect(countsOf(changesBetween(base, other))).toMatchObject({ rows: 0, dropped: 0, added: 0 })
  })

  it('holds sets for different by one passage, one query, one id, or by what was generated', () => {
    const [first, ...others] = BASE as [PlainRow, ...PlainRow[]]
    const edits: PlainRow[] = [
      { ...first, negatives: ['n0-0', 'n0-1', 'n0-2', 'new'] },
      { ...first, positives: ['p0', 'new'] },
      { ...first, positives: ['p0'], negatives: [...first.negatives, 'second0'] },
      { ...first, query: 'another' },
      { ...first, id: 'another' },
      { ...first, generated: ['n0-1'] },
    ]
    for (const edit of edits) {
      const [base, other] = setsOf(BASE, [edit, ...others]) as [TrainingSet, TrainingSet]
      expect([holdSame(base, other), holdSame(other, base)]).toEqual([false, false])
    }
    const [base, fewer] = setsOf(BASE, others) as [TrainingSet, TrainingSet]
    expect([holdSame(base, fewer), holdSame(fewer, base)]).toEqual([false, false])
  })
})

describe('controls', () => {
  const edits = fc.array(
    fc.record({ row: fc.integer({ min: 0, max: 29 }), kind: fc.constantFrom('relabel', 'remove', 'add') }),
    { minLength: 1, maxLength: 20 },
  )

  it('change as many passages of each kind, and no row loses its last positive', () => {
    fc.assert(
      fc.property(edits, fc.integer({ min: 1, max: 1000 }), (list, seed) => {
        const rows = BASE.map((row) => ({ ...row, positives: [...row.positives], negatives: [...row.negatives] }))
        list.forEach(({ row, kind }, index) => {
          const edited = rows[row] as PlainRow
          if (kind === 'add') edited.negatives.push(`added${index}`)
          const passage = kind === 'add' ? undefined : edited.negatives.shift()
          if (kind === 'relabel' && passage !== undefined) edited.positives.push(passage)
        })
        const [base, arm] = setsOf(BASE, rows) as [TrainingSet, TrainingSet]
        const changes = changesBetween(base, arm)
        const control = changedAtRandom(base, changes, seed)
        const [wanted, got] = [countsOf(changes), countsOf(changesBetween(base, control))]
        expect({ ...got, rows: 0 }).toEqual({ ...wanted, rows: 0 })
        expect(contents(control).every(([, positives]) => (positives as number[]).length > 0)).toBe(true)
        expect(contents(changedAtRandom(base, changes, seed))).toEqual(contents(control))
      }),
      { numRuns: 30 },
    )
  })

  it('take positives only where one is left', () => {
    const rows = BASE.map((row) => ({ ...row, positives: row.positives.slice(0, 1) }))
    const [base, arm] = setsOf(BASE, rows) as [TrainingSet, TrainingSet]
    const changes = changesBetween(base, arm)
    const control = changedAtRandom(base, changes, 1)
    expect(countsOf(changesBetween(base, control))).toMatchObject({ positivesRemoved: 10, toNegative: 0, dropped: 0 })
    expect(contents(control).map(([, positives]) => (positives as number[]).length)).toEqual(BASE.map(() => 1))
  })

  it('drop as many rows, others with another seed', () => {
    const [base] = setsOf(BASE) as [TrainingSet]
    const [one, other] = [droppedAtRandom(base, 7, 1), droppedAtRandom(base, 7, 2)]
    expect([one.size, other.size]).toEqual([23, 23])
    expect(contents(one)).not.toEqual(contents(other))
    expect(contents(droppedAtRandom(base, 7, 1))).toEqual(contents(one))
  })
})

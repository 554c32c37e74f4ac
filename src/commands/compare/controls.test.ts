// Controls accompany arms that changed or dropped something, and differ with every seed.
import { describe, expect, it } from 'vitest'
import { contents, setsOf, type PlainRow } from '../../../test/support/training-sets.ts'
import { changesBetween } from '../../laboratory/row-changes.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import type { ComparedArm } from './read.ts'
import { controlsOf } from './controls.ts'

const ROWS: PlainRow[] = Array.from({ length: 30 }, (_, row) => ({
  id: `r${row}`,
  positives: [`p${row}`],
  negatives: [`n${row}-0`, `n${row}-1`],
}))
const RELABELLED = ROWS.map((row, index): PlainRow =>
  index < 6 ? { ...row, positives: [...row.positives, `n${index}-0`], negatives: [`n${index}-1`] } : row,
)

function controlsBeside(rows: PlainRow[]) {
  const [base, set] = setsOf(ROWS, rows) as [TrainingSet, TrainingSet]
  const armOf = (name: string, of: TrainingSet, kind: ComparedArm['kind']): ComparedArm => ({
    name,
    kind,
    identity: name,
    rows: of.size,
    changes: kind === 'baseline' ? undefined : changesBetween(base, of),
    skipped: 0,
    setOf: () => of,
  })
  const notices: string[] = []
  const onNotice = (sentence: string) => notices.push(sentence)
  const arms = controlsOf(armOf('arm', set, 'given'), armOf('base', base, 'baseline'), 1, { onNotice })
  return { arms, notices }
}

describe('controls of a comparison', () => {
  it.each([
    ['changed at random', RELABELLED, 30],
    ['dropped at random', ROWS.slice(4), 26],
  ])('are %s, another draw with every seed', (what, rows, size) => {
    const { arms, notices } = controlsBeside(rows)
    expect(arms.map(({ name, of, rows: count }) => [name, of, count])).toEqual([[`arm: ${what}`, 'arm', size]])
    expect(notices).toEqual([])
    const [one, same, other] = [1, 1, 2].map((seed) => contents((arms[0] as ComparedArm).setOf(seed)))
    expect(one).toHaveLength(size)
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('are two where passages were changed and rows dropped, and none where rows were added, which is said', () => {
    expect(controlsBeside(RELABELLED.slice(0, 20)).arms.map(({ kind }) => kind)).toEqual([
      'changed-at-random',
      'dropped-at-random',
    ])
    const { arms, notices } = controlsBeside([...ROWS, { id: 'new', positives: ['p'], negatives: ['n'] }])
    expect(arms).toEqual([])
    expect(notices).toEqual(['arm: 1 new rows have no control'])
  })

  it('say where fewer passages can be changed at random', () => {
    const { notices } = controlsBeside(ROWS.map((row) => ({ ...row, positives: ['other'], negatives: row.negatives })))
    expect(notices).toEqual([
      expect.stringMatching(/^arm: control "changed at random" changes only \d+ of 60 passages: /),
    ])
  })
})

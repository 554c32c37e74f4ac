// Passages removed from a row again after its policy.
import { describe, expect, test } from 'vitest'
import type { Passage, Row } from '../rows/row.ts'
import { withoutAdded } from './discard.ts'
import type { Change, Decision } from './policy.ts'

const passage = (id: string): Passage => ({ id, text: `text of ${id}`, label: 'negative', origin: 'generated' })
const row: Row = { id: 'r', query: 'q', passages: [{ ...passage('n'), origin: 'mined' }] }
const [a, b] = [passage('a'), passage('b')]
const gone = { passage: passage('g'), code: 'meta', text: 'so' }
const grown: Decision = {
  outcome: 'changed',
  row: { ...row, passages: [...row.passages, a, b] },
  changes: [],
  added: [a, b],
  discarded: [gone],
  falseNegatives: 0,
  unread: [],
}
const easy = (each: Passage) => ({ passage: each, code: 'too-easy', text: 'easy' })

describe('passages that are taken out again', () => {
  test('leave the others, and join what was discarded before', () => {
    const { outcome, row: left, added, discarded } = withoutAdded(row, grown, [easy(a)])
    expect([outcome, added, discarded]).toEqual(['changed', [b], [gone, easy(a)]])
    expect(left.passages.map(({ id }) => id)).toEqual(['n', 'b'])
  })

  test('all of them: the row is as it was, and says why', () => {
    const decision = withoutAdded(row, grown, [easy(a), easy(b)])
    expect(decision).toMatchObject({ outcome: 'kept', discarded: [gone, easy(a), easy(b)] })
    expect(decision.row).toBe(row)
    expect(decision.added).toBeUndefined()
    expect(decision.reason).toEqual({
      code: 'none-accepted',
      text: 'none of 3 passages was accepted: 1 meta, 2 too-easy',
    })
  })

  test('none: nothing changes; and a row whose labels changed stays changed', () => {
    expect(withoutAdded(row, grown, [])).toBe(grown)
    const change: Change = { passage: a, from: 'negative', to: 'positive', stage: 's', reason: 'r' }
    expect(withoutAdded(row, { ...grown, changes: [change] }, [easy(a), easy(b)])).toMatchObject({ outcome: 'changed' })
  })
})

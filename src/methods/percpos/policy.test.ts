// Decisions about a row by its scores.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../evidence/evidence.ts'
import { labelled, type Row } from '../../rows/row.ts'
import { PERCPOS_POLICY_DEFAULTS, percposPolicy, type PercposPolicyOptions } from './policy.ts'

const rowOf = (positives: number, negatives: number): Row => ({
  id: 'r',
  query: 'q',
  passages: [
    ...Array.from({ length: positives }, (_all, at) => passage(`p${at}`, 'positive')),
    ...Array.from({ length: negatives }, (_all, at) => passage(`n${at}`, 'negative')),
  ],
})
const passage = (id: string, label: 'positive' | 'negative') => ({ id, text: id, label, origin: 'given' }) as const

const scored = (scores: Record<string, number>): Evidence[] =>
  Object.entries(scores).map(([id, score]) => ({
    kind: 'score',
    passage: id,
    stage: 'score',
    model: 'm',
    prompt: 'percpos.score@1',
    score,
  }))

const unread: Evidence = {
  kind: 'unread',
  stage: 'score',
  model: 'm',
  passages: ['n1'],
  why: 'no-reply',
  detail: 'the server was gone',
  raw: undefined,
}

function decide(scores: Record<string, number>, options: Partial<PercposPolicyOptions> = {}, more: Evidence[] = []) {
  const count = (kind: string) => Object.keys(scores).filter((id) => id.startsWith(kind)).length
  const row = rowOf(count('p'), count('n'))
  return percposPolicy({ ...PERCPOS_POLICY_DEFAULTS, ...options })(row, [...scored(scores), ...more])
}
const ids = (row: Row, label: 'positive' | 'negative') => labelled(row, label).map(({ id }) => id)

describe('percpos', () => {
  it('takes out what reaches 95% of the positive, exactly at it, too, and says why', () => {
    const { outcome, row, changes, falseNegatives } = decide({ p0: 20, n0: 19, n1: 18.9, n2: 21, n3: -5 })
    expect([outcome, falseNegatives]).toEqual(['changed', 2])
    expect([ids(row, 'positive'), ids(row, 'negative')]).toEqual([['p0'], ['n1', 'n3']])
    expect(changes.map(({ to, stage, model, reason }) => [to, stage, model, reason])).toEqual([
      ['ignored', 'score', 'm', "scores 19, 95.0% of the positives' 20 (min); suspected from 95.0%"],
      ['ignored', 'score', 'm', "scores 21, 105.0% of the positives' 20 (min); suspected from 95.0%"],
    ])
  })

  it('near the share with as many decimals as tell them apart', () => {
    const [change] = decide({ p0: 1, n0: 0.95004, n1: 0.1 }).changes
    expect(change?.reason).toBe("scores 0.95004, 95.004% of the positives' 1 (min); suspected from 95.000%")
  })

  it('below zero, 95% of -2 is -2.1', () => {
    expect(ids(decide({ p0: -2, n0: -1.95, n1: -2.05, n2: -2.15, n3: 0 }).row, 'negative')).toEqual(['n2'])
  })

  it('at zero, what is not below it', () => {
    expect(ids(decide({ p0: 0, n0: 0, n1: -0.001, n2: 0.1 }).row, 'negative')).toEqual(['n1'])
  })

  it.each([
    ['min', ['n2']],
    ['mean', ['n1', 'n2']],
    ['max', ['n0', 'n1', 'n2']],
  ] as const)('of several positives: %s', (bar, left) => {
    const scores = { p0: 0.5, p1: 1, p2: 0.9, n0: 0.8, n1: 0.6, n2: 0.1 }
    expect(ids(decide(scores, { bar }).row, 'negative')).toEqual(left)
  })

  it('relabels, keeps or drops when told to', () => {
    const scores = { p0: 1, n0: 0.99, n1: 0.1 }
    expect(ids(decide(scores, { action: 'relabel' }).row, 'positive')).toEqual(['p0', 'n0'])
    expect(decide(scores, { action: 'keep' })).toMatchObject({ outcome: 'kept', falseNegatives: 1 })
    expect(decide(scores, { action: 'drop-row' })).toMatchObject({
      outcome: 'dropped',
      reason: { code: 'false negative' },
    })
  })

  it('drops a row that has no negatives left, unless told to keep it', () => {
    expect(decide({ p0: 1, n0: 1 })).toMatchObject({ outcome: 'dropped', reason: { code: 'no negatives left' } })
    expect(decide({ p0: 1, n0: 1 }, { whenNoNegativesLeft: 'keep' }).outcome).toBe('changed')
  })

  it('suspects nothing before its share is known, and nothing without a positive', () => {
    expect(decide({ p0: 1, n0: 2 }, { share: undefined })).toMatchObject({ outcome: 'kept', falseNegatives: 0 })
    expect(decide({ n0: 2 })).toMatchObject({ outcome: 'kept', falseNegatives: 0 })
  })

  it('never touches a row of which a score could not be had, whatever the others are', () => {
    const anyScores = fc.record({ p0: fc.double({ noNaN: true }), n0: fc.double({ noNaN: true }) })
    const action = fc.constantFrom('remove', 'relabel', 'keep', 'drop-row' as const)
    fc.assert(
      fc.property(anyScores, action, (scores, what) => {
        const { outcome, row, changes } = decide({ ...scores, n1: 1 }, { action: what }, [unread])
        expect([outcome, changes, ids(row, 'negative')]).toEqual(['undecided', [], ['n0', 'n1']])
      }),
    )
  })

  it('does the same to scores of another unit, and more the lower the share', () => {
    const whole = fc.integer({ min: -1000, max: 1000 })
    const scores = fc.record({ p0: whole, p1: whole, n0: whole, n1: whole, n2: whole })
    fc.assert(
      fc.property(
        scores,
        fc.constantFrom('min', 'max' as const),
        fc.constantFrom(0.5, 0.75, 1),
        (drawn, bar, share) => {
          const keep = { bar, share, whenNoNegativesLeft: 'keep' as const }
          const left = ids(decide(drawn, keep).row, 'negative')
          // Multiplying by a power of two changes no digit.
          const scaled = Object.fromEntries(Object.entries(drawn).map(([id, score]) => [id, score * 8]))
          expect(ids(decide(scaled, keep).row, 'negative')).toEqual(left)
          const lower = ids(decide(drawn, { ...keep, share: share - 0.25 }).row, 'negative')
          expect(left).toEqual(expect.arrayContaining(lower))
          // A negative that scores at or above the bar is suspected at any share up to 1.
          const height = bar === 'min' ? Math.min(drawn.p0, drawn.p1) : Math.max(drawn.p0, drawn.p1)
          for (const id of left) expect(drawn[id as 'n0']).toBeLessThan(height)
        },
      ),
    )
  })
})

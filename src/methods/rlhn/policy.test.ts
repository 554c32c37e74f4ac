import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../evidence/evidence.ts'
import type { Row } from '../../rows/row.ts'
import { RLHN_POLICY_DEFAULTS, RLHN_PRESETS, rlhnPolicy, type RlhnPolicyOptions } from './policy.ts'

const row: Row = {
  id: 'r',
  query: 'q',
  passages: [
    { id: 'p', text: 'positive', label: 'positive', origin: 'given' },
    ...['a', 'b', 'c', 'd'].map((id) => ({
      id,
      text: `text ${id}`,
      label: 'negative' as const,
      origin: 'given' as const,
    })),
  ],
}

const verdicts = (stage: string, found: Record<string, string>): Evidence[] =>
  ['a', 'b', 'c', 'd'].map((passage) => ({
    kind: 'verdict',
    passage,
    stage,
    model: stage,
    prompt: 'x@1',
    verdict: found[passage] ?? 'irrelevant',
    reason: `about ${passage}`,
  }))

const unread = (stage: string): Evidence => ({
  kind: 'unread',
  stage,
  model: stage,
  passages: ['a', 'b', 'c', 'd'],
  why: 'truncated',
  detail: 'it was cut off',
  raw: '<thin',
})

const decide = (evidence: Evidence[], options: Partial<RlhnPolicyOptions> = {}, given = row) =>
  rlhnPolicy({ ...RLHN_POLICY_DEFAULTS, ...options })(given, evidence)

const labels = (decided: Row) => Object.fromEntries(decided.passages.map(({ id, label }) => [id, label]))

describe('presets', () => {
  const evidence = [
    ...verdicts('screen', { a: 'better', b: 'better' }),
    ...verdicts('judge', { a: 'better', b: 'worse' }),
  ]
  test.each([
    ['safe', 'positive', 'ignored'],
    ['rlhn-text', 'positive', 'negative'],
    ['rlhn-code', 'positive', 'positive'],
  ] as const)('%s turns better into %s and worse into %s', (preset, better, worse) => {
    const { row: after, outcome } = decide(evidence, RLHN_PRESETS[preset])
    expect(outcome).toBe('changed')
    expect(labels(after)).toEqual({ p: 'positive', a: better, b: worse, c: 'negative', d: 'negative' })
  })
})

test('the last stage that ran decides, and only that', () => {
  const { outcome, falseNegatives } = decide([...verdicts('screen', { a: 'better' }), ...verdicts('judge', {})])
  expect({ outcome, falseNegatives }).toEqual({ outcome: 'kept', falseNegatives: 0 })
})

test('an unreadable call of the deciding stage leaves the row as it was, whatever an earlier stage said', () => {
  const known: Evidence = { kind: 'known', passage: 'd', stage: 'duplicate', reason: 'copy' }
  const decision = decide([known, ...verdicts('screen', { a: 'better' }), unread('judge')])
  expect(decision).toMatchObject({ outcome: 'undecided', changes: [], reason: { code: 'truncated' } })
  expect(decision.row).toBe(row)
})

test('an unreadable part of the screen does not matter once the judge has read the row', () => {
  expect(decide([unread('screen'), ...verdicts('judge', { a: 'better' })]).outcome).toBe('changed')
})

test('--undecided drop drops the row and says why', () => {
  expect(decide([unread('screen')], { undecided: 'drop' })).toMatchObject({
    outcome: 'dropped',
    reason: { code: 'undecided' },
  })
})

test('more false negatives than allowed drop the row; exactly as many do not', () => {
  const evidence = verdicts('judge', { a: 'better', b: 'worse', c: 'worse' })
  expect(decide(evidence, { maxFalseNegatives: 2 })).toMatchObject({ outcome: 'dropped', changes: [] })
  expect(decide(evidence, { maxFalseNegatives: 3 }).outcome).toBe('changed')
  expect(decide(evidence, { maxFalseNegatives: 1, worse: 'keep' }).outcome).toBe('changed')
})

test('drop-row drops the row', () => {
  expect(decide(verdicts('judge', { a: 'worse' }), { worse: 'drop-row' })).toMatchObject({
    outcome: 'dropped',
    falseNegatives: 1,
  })
})

test('a row that loses all its negatives is dropped, or kept when told so', () => {
  const evidence = verdicts('judge', { a: 'better', b: 'better', c: 'worse', d: 'worse' })
  expect(decide(evidence)).toMatchObject({ outcome: 'dropped', reason: { code: 'no negatives left' } })
  const kept = decide(evidence, { whenNoNegativesLeft: 'keep' })
  expect(kept.outcome).toBe('changed')
  expect(kept.row.passages.filter(({ label }) => label === 'negative')).toEqual([])
})

test('copies of positives are taken out and do not count as false negatives', () => {
  const known: Evidence = { kind: 'known', passage: 'a', stage: 'duplicate', reason: 'has the text of the positive p' }
  const decision = decide([known, ...verdicts('judge', {}).slice(1)], { maxFalseNegatives: 0 })
  expect(decision).toMatchObject({
    outcome: 'changed',
    falseNegatives: 0,
    changes: [{ stage: 'duplicate', to: 'ignored' }],
  })
})

test('a known positive is taken out although the models cleared it; a verdict of relabel comes first', () => {
  const known: Evidence = {
    kind: 'known',
    passage: 'a',
    stage: 'known',
    reason: 'a positive of the same query at line 3',
  }
  expect(labels(decide([known, ...verdicts('judge', {})]).row)['a']).toBe('ignored')
  expect(labels(decide([known, ...verdicts('judge', {})], { known: 'relabel' }).row)['a']).toBe('positive')
  expect(decide([known, ...verdicts('judge', {})], { known: 'keep' }).outcome).toBe('kept')
  expect(labels(decide([known, ...verdicts('judge', { a: 'better' })]).row)['a']).toBe('positive')
})

test('copies of a relabelled negative leave with it, and no text becomes positive twice', () => {
  const twice: Row = {
    ...row,
    passages: row.passages.map((passage) =>
      passage.id === 'b' || passage.id === 'c' ? { ...passage, text: 'TEXT  a' } : passage,
    ),
  }
  const decision = decide(verdicts('judge', { a: 'better', b: 'better' }), {}, twice)
  expect(labels(decision.row)).toEqual({ p: 'positive', a: 'positive', b: 'ignored', c: 'ignored', d: 'negative' })
  expect(decision.changes.map(({ passage, to }) => [passage.id, to])).toEqual([
    ['a', 'positive'],
    ['b', 'ignored'],
    ['c', 'ignored'],
  ])
})

test('what nobody was asked about stays, or goes when told so', () => {
  const beyond: Evidence = { kind: 'unjudged', passage: 'd', reason: 'beyond the first 3 negatives' }
  const evidence = [beyond, ...verdicts('judge', {}).slice(0, 3)]
  expect(decide(evidence).outcome).toBe('kept')
  expect(decide(evidence, { beyond: 'drop' })).toMatchObject({
    outcome: 'changed',
    changes: [{ stage: 'beyond', to: 'ignored' }],
  })
})

test('an exempt row is kept and says so', () => {
  expect(decide([{ kind: 'exempt', reason: 'exempt' }])).toMatchObject({ outcome: 'kept', reason: { code: 'exempt' } })
})

describe('confirmation', () => {
  const again = (order: number, found: Record<string, string>) =>
    verdicts('confirm', found).map((item) => ({ ...item, order }))
  const found = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('better', 'worse', 'irrelevant'))

  test('makes a positive of exactly what every order finds better, and leaves nothing else that was found', () => {
    fc.assert(
      fc.property(found, found, found, fc.constantFrom(0, 1, 2), (first, second, third, confirm) => {
        const evidence = [...verdicts('judge', first), ...again(2, second), ...again(3, third)]
        const { row: after, falseNegatives } = decide(evidence, { confirm, whenNoNegativesLeft: 'keep' })
        const orders = [first, second, third].slice(0, confirm + 1)
        const expected = ['a', 'b', 'c', 'd'].map((id) => {
          if (orders.every((order) => order[id] === 'better')) return [id, 'positive']
          return [id, first[id] === 'better' || first[id] === 'worse' ? 'ignored' : 'negative']
        })
        expect(labels(after)).toEqual({ p: 'positive', ...Object.fromEntries(expected) })
        const relevant = Object.values(first).filter((verdict) => verdict !== 'irrelevant').length
        expect(falseNegatives).toBe(relevant)
      }),
    )
  })

  test('that is missing confirms nothing', () => {
    const { row: after, changes } = decide(verdicts('judge', { a: 'better' }), { confirm: 1 })
    expect(labels(after)).toMatchObject({ a: 'ignored' })
    expect(changes).toMatchObject([{ reason: 'not confirmed in another order: about a' }])
  })

  test('that cannot be read leaves the row as it was', () => {
    expect(decide([...verdicts('judge', { a: 'better' }), unread('confirm')], { confirm: 1 }).outcome).toBe('undecided')
  })
})

import { describe, expect, test } from 'vitest'
import type { Evidence, Rank, Unread } from '../evidence/evidence.ts'
import type { Row } from '../rows/row.ts'
import { arhnDefinition } from './arhn/definition.ts'
import { percposDefinition } from './percpos/definition.ts'
import { rlhnDefinition } from './rlhn/definition.ts'
import type { MethodDefinition } from '../method/definition.ts'
import { readOptions } from '../options/options.ts'

const row: Row = {
  id: 'r',
  query: 'q',
  passages: ['p', 'a', 'b', 'c'].map((id) => ({
    id,
    text: `text ${id}`,
    label: id === 'p' ? 'positive' : 'negative',
    origin: 'given',
  })),
}
const asked = (stage: string) => ({ stage, model: 'm', prompt: 'x@1' })
const verdict = (stage: string, passage: string, said: string): Evidence => ({
  kind: 'verdict',
  passage,
  ...asked(stage),
  verdict: said,
})
const unread = (stage: string, passages: string[]): Unread => ({
  kind: 'unread',
  stage,
  model: 'm',
  passages,
  why: 'empty',
  detail: 'it was empty',
  raw: '',
})
const ranked = (order: number, ids: string, window = '1'): Rank[] =>
  [...ids].map((passage, at) => ({ kind: 'rank', passage, ...asked('rank'), order, window, rank: at + 1 }))

function scored(definition: MethodDefinition, name: string, evidence: Evidence[], surveyed = {}) {
  const { gatherOptions, policyOptions, scales = [] } = definition
  const options = readOptions({ ...gatherOptions, ...policyOptions }, {})
  const scale = scales.find((each) => each.name === name)
  return Object.fromEntries(scale?.scorer(options, surveyed)(row, evidence) ?? [])
}

describe('rlhn', () => {
  const screen = ['a', 'b', 'c'].map((id) => verdict('screen', id, 'better'))
  test('the verdicts of the stage that decides, beside the positive', () => {
    const judge = [verdict('judge', 'a', 'better'), verdict('judge', 'b', 'worse'), verdict('judge', 'c', 'irrelevant')]
    expect(scored(rlhnDefinition, 'verdict', [...screen, ...judge])).toEqual({ p: 2, a: 3, b: 1, c: 0 })
  })
  test('a passage that the deciding stage says nothing of has no score, whatever an earlier one said', () => {
    expect(scored(rlhnDefinition, 'verdict', [...screen, verdict('judge', 'a', 'worse')])).toEqual({ p: 2, a: 1 })
    expect(scored(rlhnDefinition, 'verdict', [...screen, unread('judge', ['a', 'b', 'c'])])).toEqual({ p: 2 })
  })
  test('a known positive scores as a positive', () => {
    const known: Evidence = { kind: 'known', passage: 'a', stage: 'known', reason: 'elsewhere' }
    expect(scored(rlhnDefinition, 'verdict', [known])).toEqual({ p: 2, a: 2 })
  })
})

describe('arhn', () => {
  const extracted = (answering: string) =>
    row.passages.map(({ id }) => verdict('extract', id, answering.includes(id) ? 'answers' : 'no-answer'))
  const all = (evidence: Evidence[], surveyed = {}) =>
    ['rank', 'votes', 'verdict'].map((name) => scored(arhnDefinition, name, evidence, surveyed))

  test('places, shares of the orders, verdicts', () => {
    const [rank, votes, verdicts] = all([...extracted('pab'), ...ranked(1, 'apb'), ...ranked(2, 'pab')])
    expect(rank?.['a']).toBeCloseTo((1 + 2 / 3) / 2)
    expect(rank?.['p']).toBeCloseTo((2 / 3 + 1) / 2)
    expect(rank).toMatchObject({ b: 1 / 3, c: 0 })
    expect(votes).toEqual({ p: 0.5, a: 0.5, b: 0, c: 0 })
    expect(verdicts).toEqual({ p: 2, a: 1, b: 1, c: 0 })
    expect(all([...extracted('pab'), ...ranked(1, 'apb')])[2]).toMatchObject({ a: 3, b: 1 })
  })

  test('where the positive alone answers, it is first without a ranking', () => {
    const [rank, votes, verdicts] = all(extracted('p'))
    expect(rank).toEqual({ p: 1, a: 0, b: 0, c: 0 })
    expect(votes).toEqual({ p: 0.5, a: 0, b: 0, c: 0 })
    expect(verdicts).toEqual({ p: 2, a: 0, b: 0, c: 0 })
  })

  test.each([
    ['no positive answers', extracted('ab')],
    ['the ranking is unread', [...extracted('pab'), unread('rank', ['p', 'a', 'b'])]],
  ])('no places where nothing was ranked: %s', (_what, evidence) => {
    expect(all(evidence).slice(0, 2)).toEqual([{}, {}])
  })

  test('an unread ranking leaves open whether what answers is above the positive', () => {
    expect(all([...extracted('pab'), unread('rank', ['p', 'a', 'b'])])[2]).toEqual({ p: 2, c: 0 })
  })

  test('a list that took several calls has shares, but no places', () => {
    const parts = [...ranked(1, 'ap', '1a'), ...ranked(1, 'pb', '1b')]
    const [rank, votes] = all([...extracted('pab'), ...parts])
    expect(rank).toEqual({})
    expect(votes).toEqual({ p: 0.5, a: 1, b: 0, c: 0 })
  })

  test('rankings that are the order shown score nothing', () => {
    const evidence = [...extracted('pab'), ...ranked(1, 'apb')]
    expect(all(evidence, { ranksDecide: 0 })).toEqual([{}, {}, { p: 2, c: 0 }])
  })

  test('an unread passage has no score', () => {
    const evidence = extracted('p').filter((item) => !('passage' in item && item.passage === 'a'))
    for (const scores of all([...evidence, unread('extract', ['a'])])) expect(scores).not.toHaveProperty('a')
  })
})

test('percpos: the scores as they came', () => {
  const scores = ['p', 'a', 'b'].map((passage, at): Evidence => ({
    kind: 'score',
    passage,
    ...asked('score'),
    score: 0.1 - at,
  }))
  expect(scored(percposDefinition, 'scorer', scores)).toEqual({ p: 0.1, a: 0.1 - 1, b: 0.1 - 2 })
})

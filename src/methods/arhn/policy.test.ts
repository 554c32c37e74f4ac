import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Evidence, Rank, Unread, Verdict } from '../../evidence/evidence.ts'
import type { Row } from '../../rows/row.ts'
import {
  ANCHORS,
  ARHN_ACTIONS,
  ARHN_POLICY_DEFAULTS,
  arhnPolicy,
  standingsIn,
  type ArhnPolicyOptions,
} from './policy.ts'

const POSITIVES = ['p1', 'p2']
const NEGATIVES = ['a', 'b', 'c', 'd']
const ALL = [...POSITIVES, ...NEGATIVES]

const row: Row = {
  id: 'r',
  query: 'q',
  passages: ALL.map((id) => ({
    id,
    text: `text ${id}`,
    label: POSITIVES.includes(id) ? 'positive' : 'negative',
    origin: 'given',
  })),
}

const base = { model: 'm', prompt: 'x@1' }
const extracted = (passage: string, verdict: 'answers' | 'no-answer', step?: number): Verdict => ({
  kind: 'verdict',
  passage,
  stage: 'extract',
  ...base,
  verdict,
  ...(step !== undefined && { step }),
})
/** Extractions of all passages, of which only these answer. */
const answering = (ids: string[]): Evidence[] =>
  ALL.map((id) => extracted(id, ids.includes(id) ? 'answers' : 'no-answer'))

/** An order of candidates, best first. */
const ranked = (ids: string[], { order = 1, window = '1', step }: Partial<Rank> = {}): Rank[] =>
  ids.map((passage, index) => ({
    kind: 'rank',
    passage,
    stage: 'rank',
    ...base,
    order,
    window,
    rank: index + 1,
    ...(step !== undefined && { step }),
  }))

const unread = (stage: string, passages: string[]): Unread => {
  return { kind: 'unread', stage, model: 'm', passages, why: 'truncated', detail: 'it was cut off', raw: 'x' }
}

const decide = (evidence: Evidence[], options: Partial<ArhnPolicyOptions> = {}) =>
  arhnPolicy({ ...ARHN_POLICY_DEFAULTS, whenNoNegativesLeft: 'keep', ...options })(row, evidence)

/** Marks passages that became positive with `+` and those that left the negatives with `-`. */
const moves = (evidence: Evidence[], options: Partial<ArhnPolicyOptions> = {}) =>
  decide(evidence, options)
    .changes.map(({ passage, to }) => `${to === 'positive' ? '+' : '-'}${passage.id}`)
    .toSorted()
    .join(' ')

describe('actions and anchors', () => {
  // a above both positives, b between them, c below both; d does not answer.
  const evidence = [...answering(['p1', 'p2', 'a', 'b', 'c']), ...ranked(['a', 'p2', 'b', 'p1', 'c'])]
  it.each([
    ['relabel+filter', 'best', '+a -b -c'],
    ['relabel+filter', 'worst', '+a +b -c'],
    ['relabel+filter', 'first', '+a +b -c'],
    ['relabel', 'best', '+a'],
    ['relabel', 'worst', '+a +b'],
    ['filter', 'best', '-a -b -c'],
    ['filter', 'worst', '-a -b -c'],
  ] as const)('%s, %s: %s', (action, anchor, expected) => expect(moves(evidence, { action, anchor })).toBe(expected))

  it('first is the first of the row that answers', () => {
    const other = [...answering(['p2', 'a', 'b']), ...ranked(['a', 'p2', 'b'])]
    expect(moves(other, { anchor: 'first' })).toBe('+a -b')
  })

  it('names the words of the passage as the reason', () => {
    const snippet = { text: 'words', in: 'text', start: 0, end: 5 } as const
    const found = [...answering(['p1']), { ...extracted('a', 'answers'), snippet, reason: 'words' }]
    expect(decide(found).changes).toMatchObject([{ stage: 'extract', verdict: 'answers', snippet, reason: 'words' }])
  })
})

describe('without an anchor', () => {
  it('nothing is promoted, what answers is taken out', () => {
    expect(moves([...answering(['a', 'b']), ...ranked(['a', 'b'])])).toBe('-a -b')
    expect(moves([...answering(['a', 'b']), ...ranked(['a', 'b'])], { action: 'relabel' })).toBe('')
  })

  it('nor is it by a positive that was ranked without an answer', () => {
    expect(moves([...answering(['a']), ...ranked(['a', 'p1', 'b'])], { rank: 'all' })).toBe('-a')
  })
})

describe('--rank all', () => {
  const evidence = [...answering(['p1', 'b']), ...ranked(['a', 'p1', 'b', 'c'])]
  it.each([
    ['answering', '-b'],
    ['all', '+a -b'],
  ] as const)('%s: %s', (rank, expected) => expect(moves(evidence, { rank })).toBe(expected))
})

describe('permutations', () => {
  const orders = (above: number, of: number) =>
    Array.from({ length: of }, (_all, index) =>
      ranked(index < above ? ['a', 'p1'] : ['p1', 'a'], { order: index + 1 }),
    ).flat()
  it.each([
    [0, 4, 0.75, '-a'],
    [2, 4, 0.75, '-a'],
    [3, 4, 0.75, '+a'],
    [4, 4, 0.75, '+a'],
    [2, 3, 0.75, '-a'],
    [2, 3, 0.6, '+a'],
    [1, 4, 0, '+a'],
    [0, 4, 0, '-a'],
  ])('above in %i of %i, agreement %d: %s', (above, of, agreement, expected) => {
    const evidence = [...answering(['p1', 'a']), ...orders(above, of)]
    expect(moves(evidence, { agreement })).toBe(expected)
    const [standing] = standingsIn(row, evidence, { ...ARHN_POLICY_DEFAULTS, agreement })
    expect(standing?.isTorn).toBe(above > 0 && above < of)
  })
})

describe('windows', () => {
  it('each is compared with the anchor in it, and a candidate only where it stands', () => {
    const evidence = [
      ...answering(['p1', 'a', 'b']),
      ...ranked(['a', 'p1'], { window: '1' }),
      ...ranked(['p1', 'b'], { window: '2' }),
    ]
    expect(moves(evidence)).toBe('+a -b')
  })
})

describe('any orders', () => {
  const answers = fc.subarray(ALL, { minLength: 1 })
  const shown = fc.array(fc.shuffledSubarray(ALL, { minLength: ALL.length }), { minLength: 1, maxLength: 5 })

  it('promote and filter as the definitions say', () => {
    const options = fc.record({
      action: fc.constantFrom(...ARHN_ACTIONS),
      anchor: fc.constantFrom(...ANCHORS),
      rank: fc.constantFrom<ArhnPolicyOptions['rank']>('answering', 'all'),
      agreement: fc.constantFrom(0.5, 0.75, 1),
    })
    fc.assert(
      fc.property(answers, shown, options, (ids, orders, given) => {
        const candidates = given.rank === 'all' ? ALL : ids
        const seen = orders.map((order) => order.filter((id) => candidates.includes(id)))
        const evidence = [...answering(ids), ...seen.flatMap((order, index) => ranked(order, { order: index + 1 }))]
        const anchors = POSITIVES.filter((id) => ids.includes(id))
        const isAbove = (id: string) => {
          const share = seen.filter((order) => {
            const places = anchors.map((anchor) => order.indexOf(anchor))
            const line = { best: Math.min(...places), worst: Math.max(...places), first: places[0] ?? 0 }[given.anchor]
            return order.indexOf(id) < line
          }).length
          return share / seen.length >= given.agreement
        }
        const expected = NEGATIVES.flatMap((id) => {
          const mayRise = anchors.length > 0 && candidates.includes(id) && given.action !== 'filter'
          if (mayRise && isAbove(id)) return [`+${id}`]
          return ids.includes(id) && given.action !== 'relabel' ? [`-${id}`] : []
        })
        expect(moves(evidence, given)).toBe(expected.toSorted().join(' '))
      }),
      { numRuns: 2000 },
    )
  })

  it('come to the same whatever the order of the evidence', () => {
    fc.assert(
      fc.property(answers, shown, fc.nat(), (ids, orders, turn) => {
        const evidence = [...answering(ids), ...orders.flatMap((order, index) => ranked(order, { order: index + 1 }))]
        const at = turn % evidence.length
        expect(moves([...evidence.slice(at), ...evidence.slice(0, at)])).toBe(moves(evidence))
      }),
    )
  })
})

describe('what could not be read', () => {
  const read = (...ids: string[]) => ids.map((id) => extracted(id, 'answers'))
  it.each<[string, Evidence[], Partial<ArhnPolicyOptions>, string]>([
    ['one negative', [...read('p1', 'p2', 'b'), unread('extract', ['a']), ...ranked(['b', 'p1'])], {}, 'changed +b'],
    ['a negative, and nothing else to change', [...read('p1'), unread('extract', ['a'])], {}, 'kept '],
    ['all negatives', [...read('p1', 'p2'), unread('extract', NEGATIVES)], {}, 'kept '],
    ['one positive of two', [...read('p2', 'b'), unread('extract', ['p1']), ...ranked(['b', 'p2'])], {}, 'changed +b'],
    ['every positive', [...read('a', 'b'), unread('extract', ['p1']), unread('extract', ['p2'])], {}, 'undecided '],
    ['every positive, to filter', [...read('a'), unread('extract', ['p1', 'p2'])], { action: 'filter' }, 'undecided '],
    ['the order', [...read('p1', 'a'), unread('rank', ['p1', 'a'])], {}, 'undecided '],
    ['the order, to relabel', [...read('p1', 'a'), unread('rank', ['p1', 'a'])], { action: 'relabel' }, 'undecided '],
    ['the order, to filter', [...read('p1', 'a'), unread('rank', ['p1', 'a'])], { action: 'filter' }, 'changed -a'],
    ['one order of two', [...read('p1', 'a'), ...ranked(['a', 'p1']), unread('rank', ['p1', 'a'])], {}, 'undecided '],
    ['the steps', [unread('steps', POSITIVES)], {}, 'undecided '],
    ['the steps, to filter', [unread('steps', POSITIVES)], { action: 'filter' }, 'undecided '],
    ['the steps, to drop', [unread('steps', POSITIVES)], { undecided: 'drop' }, 'dropped '],
  ])('%s', (_what, evidence, options, expected) => {
    const decision = decide(evidence, options)
    expect(`${decision.outcome} ${moves(evidence, options)}`).toBe(expected)
    // An unreadable ranking that the action does not need has no effect.
    const unneeded = decision.outcome === 'undecided' || decision.outcome === 'dropped' ? [] : ['rank']
    expect(decision.unread).toEqual(evidence.filter((item) => item.kind === 'unread' && !unneeded.includes(item.stage)))
    if (decision.outcome !== 'changed') expect(decision.row).toBe(row)
  })
})

describe('steps', () => {
  const gives = (passage: string, step: number): Verdict => {
    return { kind: 'verdict', passage, stage: 'steps', ...base, verdict: 'gives', step }
  }
  // p1 gives the first step, p2 the second.
  const given = [gives('p1', 1), gives('p2', 2)]

  test('a negative is compared with the positive that gives the same step', () => {
    const evidence = [
      ...given,
      extracted('p1', 'answers', 1),
      extracted('p2', 'answers', 2),
      extracted('a', 'answers', 1),
      extracted('b', 'answers', 2),
      extracted('c', 'no-answer', 1),
      ...ranked(['a', 'p1'], { step: 1 }),
      ...ranked(['p2', 'b'], { step: 2 }),
    ]
    expect(moves(evidence)).toBe('+a -b')
  })

  test('above in one step is enough', () => {
    const evidence = [
      ...given,
      ...[1, 2].flatMap((step) => [extracted(`p${step}`, 'answers', step), extracted('a', 'answers', step)]),
      ...ranked(['p1', 'a'], { step: 1 }),
      ...ranked(['a', 'p2'], { step: 2 }),
    ]
    expect(moves(evidence)).toBe('+a')
  })

  test('what stands above in one step goes by its words there, and not by those of another', () => {
    const snippet = (text: string) => ({
      snippet: { text, in: 'text', start: 0, end: text.length } as const,
      reason: text,
    })
    const evidence = [
      ...given,
      ...[1, 2].map((step) => extracted(`p${step}`, 'answers', step)),
      { ...extracted('a', 'answers', 1), ...snippet('one') },
      { ...extracted('a', 'answers', 2), ...snippet('two') },
      ...ranked(['p1', 'a'], { step: 1 }),
      ...ranked(['a', 'p2'], { step: 2 }),
    ]
    expect(decide(evidence).changes).toMatchObject([{ stage: 'rank', verdict: 'above', reason: 'two' }])
  })

  test('an answer to one step does not let a silent passage rise in another', () => {
    const evidence = [
      ...given,
      ...[1, 2].map((step) => extracted(`p${step}`, 'answers', step)),
      extracted('a', 'answers', 1),
      extracted('a', 'no-answer', 2),
      ...ranked(['p1', 'a'], { step: 1 }),
      ...ranked(['a', 'p2'], { step: 2 }),
    ]
    expect(moves(evidence)).toBe('-a')
    expect(moves(evidence, { rank: 'all' })).toBe('+a')
  })

  test('a positive that takes a step which it was not named for is no anchor of it', () => {
    const evidence = [
      ...given,
      extracted('p2', 'answers', 1),
      extracted('a', 'answers', 1),
      ...ranked(['a', 'p2'], { step: 1 }),
    ]
    expect(moves(evidence)).toBe('-a')
  })

  test('the row is undecided when no positive could be read, whatever steps were named for them', () => {
    const evidence = [...given, extracted('a', 'answers', 1), unread('extract', ['p1']), unread('extract', ['p2'])]
    expect(decide(evidence)).toMatchObject({ outcome: 'undecided', changes: [] })
    expect(decide([...evidence, extracted('p1', 'no-answer', 1)]).outcome).toBe('changed')
  })

  test('an answer to what no positive gives counts for nothing', () => {
    expect(moves([gives('p1', 1), extracted('p1', 'answers', 1), extracted('a', 'answers', 2)])).toBe('')
  })
})

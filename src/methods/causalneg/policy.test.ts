// The policy of CausalNeg: what becomes a negative, what does not, and why.
import { describe, expect, test } from 'vitest'
import { ANALYSIS, candidate, judged, ROW, unread, verified } from '../../../test/support/candidates.ts'
import type { Candidate, Evidence } from '../../evidence/evidence.ts'
import { CAUSALNEG_POLICY_DEFAULTS, causalnegPolicy, type CausalnegPolicyOptions } from './policy.ts'

const decide = (evidence: Evidence[], options: Partial<CausalnegPolicyOptions> = {}) =>
  causalnegPolicy({ ...CAUSALNEG_POLICY_DEFAULTS, ...options })(ROW, evidence)
/** Decides about one candidate with this verification. */
const fate = (
  letters: string,
  attempts = false,
  options: Partial<CausalnegPolicyOptions> = {},
  more: Evidence[] = [],
) => {
  const { discarded = [], added = [] } = decide(
    [ANALYSIS, candidate('c'), verified('c', letters, attempts), ...more],
    options,
  )
  return discarded[0]?.code ?? added[0]?.id
}

describe('one candidate', () => {
  test.each([
    ['exactly its target', 'vhhh', 'c'],
    ['and a minor one', 'vhhv', 'c'],
    ['and one critical one', 'vvhh', 'c'],
    ['and one critical one that is absent, and a minor one', 'vahv', 'c'],
    ['and two critical ones', 'vvah', 'off-topic'],
    ['all of them', 'vvvv', 'off-topic'],
    ['nothing', 'hhhh', 'target-holds'],
    ['others than its target', 'hvvh', 'target-holds'],
    ['its target, of which it says nothing', 'ahhh', 'target-absent'],
    ['of one requirement too few', 'vhh', 'unverified'],
    ['of one too many', 'vhhhh', 'unverified'],
  ])('breaks %s', (_name, letters, code) => expect(fate(letters)).toBe(code))

  test.each(['vhhh', 'vvvv', 'hhhh', 'ahhh'])('attempts an answer, with %s: never', (letters) => {
    expect(fate(letters, true)).toBe('answers')
  })

  test('how many others it may lose is an option', () => {
    expect(fate('vahh', false, { maxLost: 0 })).toBe('off-topic')
    expect(fate('vhha', false, { maxLost: 0 })).toBe('c')
    expect(fate('vavv', false, { maxLost: 2 })).toBe('c')
  })

  test('whether saying nothing of the target will do is an option', () => {
    expect(fate('ahhh', false, { absentTarget: 'accept' })).toBe('c')
    expect(fate('hhhh', false, { absentTarget: 'accept' })).toBe('target-holds')
  })

  test('the judge on top: only what it finds irrelevant', () => {
    const judge = { verify: 'requirements+judge' } as const
    expect(fate('vhhh', false, judge, [judged('c', 'irrelevant')])).toBe('c')
    expect(fate('vhhh', false, judge, [judged('c', 'worse')])).toBe('judged-relevant')
    expect(fate('vhhh', false, judge, [judged('c', 'better')])).toBe('judged-relevant')
    expect(fate('vhhh', false, judge)).toBe('unverified')
    expect(fate('vhhh', false, judge, [unread('judge', ['c'])])).toBe('unverified')
    // Without the judge in the options, its verdict does not count.
    expect(fate('vhhh', false, {}, [judged('c', 'better')])).toBe('c')
  })

  test('without verification the gates alone decide', () => {
    expect(fate('hhhh', true, { verify: 'none' })).toBe('c')
    const { discarded } = decide([ANALYSIS, candidate('c', { fault: { gate: 'meta', detail: 'it talks' } })], {
      verify: 'none',
    })
    expect(discarded).toMatchObject([{ code: 'meta', text: 'it talks' }])
  })

  test('what a gate refused stays refused, whatever was verified', () => {
    const refused = candidate('c', { fault: { gate: 'too-long', detail: 'far too long' } })
    expect(decide([ANALYSIS, refused, verified('c', 'vhhh')]).discarded).toMatchObject([{ code: 'too-long' }])
  })

  test('what was not verified, or could not be read, is not added and listed', () => {
    expect(decide([ANALYSIS, candidate('c')])).toMatchObject({
      outcome: 'kept',
      row: ROW,
      reason: { code: 'none-accepted', text: 'none of 1 passages was accepted: 1 unverified' },
      discarded: [{ code: 'unverified', text: 'verify: it was never asked about' }],
    })
    const lost = unread('verify', ['c'], 'truncated')
    expect(decide([ANALYSIS, candidate('c'), lost])).toMatchObject({
      outcome: 'kept',
      discarded: [{ code: 'unverified', text: 'verify: truncated: it was odd' }],
      unread: [lost],
    })
  })

  test('what copies the row is not added, whatever the gates said', () => {
    const copy = (text: string) =>
      decide([ANALYSIS, candidate('c', { text }), verified('c', 'vhhh')]).discarded?.[0]?.code
    expect(copy('The  POSITIVE')).toBe('copies-positive')
    expect(copy('the negative')).toBe('copies-negative')
    expect(copy(' ')).toBe('empty')
  })
})

describe('a row', () => {
  const three = ['a', 'b', 'c'].map((id, index) => candidate(id, { requirement: index + 1 }))
  const sound = [verified('a', 'vhhh'), verified('b', 'hvhh'), verified('c', 'hhvh')]

  test('what is accepted stands after its own negatives, and says what it is', () => {
    const titled = { ...three[1], title: 'T' } as Candidate
    const { outcome, row, added, discarded, falseNegatives, changes } = decide([
      ANALYSIS,
      three[0] as Candidate,
      titled,
      ...sound,
    ])
    expect({ outcome, falseNegatives, changes, discarded }).toEqual({
      outcome: 'changed',
      falseNegatives: 0,
      changes: [],
      discarded: undefined,
    })
    const written = { label: 'negative', origin: 'generated' }
    expect(added).toEqual([
      { id: 'a', text: 'text of a', ...written, generation: { strategy: 'entity_shift', requirement: 'one' } },
      {
        id: 'b',
        text: 'text of b',
        title: 'T',
        ...written,
        generation: { strategy: 'entity_shift', requirement: 'two' },
      },
    ])
    expect(row.passages.map(({ id }) => id)).toEqual(['p', 'n', 'a', 'b', 'i'])
    expect(ROW.passages).toHaveLength(3)
  })

  test('no more than were asked for, the first of them', () => {
    expect(decide([ANALYSIS, ...three, ...sound], { perRow: 2 })).toMatchObject({
      added: [{ id: 'a' }, { id: 'b' }],
      discarded: [{ passage: { id: 'c' }, code: 'beyond' }],
    })
  })

  test('a text counts once, and of two versions of a passage the first that is accepted', () => {
    const again = candidate('d', { text: 'TEXT of a', requirement: 2 })
    const second = candidate('e', { attempt: 2 })
    const codes = decide([
      ANALYSIS,
      three[0] as Candidate,
      again,
      second,
      verified('a', 'vhhh'),
      verified('d', 'hvhh'),
      verified('e', 'vhhh'),
    ])
    expect(codes.discarded?.map(({ code }) => code)).toEqual(['copies-candidate', 'second-version'])
    expect(
      decide([ANALYSIS, three[0] as Candidate, second, verified('a', 'hhhh'), verified('e', 'vhhh')]),
    ).toMatchObject({
      added: [{ id: 'e' }],
      discarded: [{ code: 'target-holds' }],
    })
  })

  test('an id that the row has already is another one', () => {
    expect(decide([ANALYSIS, candidate('n'), verified('n', 'vhhh')]).added).toMatchObject([{ id: 'n#2' }])
  })

  test.each([
    ['an analysis', [unread('analyse', [])], 'analyse'],
    ['a writing', [ANALYSIS, unread('write', [])], 'write'],
  ])('%s that could not be read leaves it undecided and as it was', (_name, evidence, stage) => {
    expect(decide(evidence)).toMatchObject({
      outcome: 'undecided',
      row: ROW,
      reason: { code: 'malformed', text: `${stage}: malformed: it was odd` },
      unread: [{ stage }],
    })
  })

  test('a second writing that could not be read leaves what the first gave', () => {
    const lost = unread('write', ['b'])
    const decision = decide([
      ANALYSIS,
      three[0] as Candidate,
      three[1] as Candidate,
      verified('a', 'vhhh'),
      verified('b', 'hhhh'),
      lost,
    ])
    expect(decision).toMatchObject({ outcome: 'changed', added: [{ id: 'a' }], unread: [lost] })
  })

  test('kept as it was: exempt, with nothing to write, never asked about, all discarded', () => {
    expect(decide([{ kind: 'exempt', reason: 'so' }])).toMatchObject({
      outcome: 'kept',
      reason: { code: 'exempt', text: 'so' },
    })
    expect(decide([ANALYSIS])).toMatchObject({ outcome: 'kept', reason: { code: 'nothing-to-write' } })
    expect(decide([])).toMatchObject({ outcome: 'kept', reason: { code: 'not-asked' } })
    const reason = { code: 'none-accepted', text: 'none of 3 passages was accepted: 2 answers, 1 off-topic' }
    const bad = [verified('a', 'vhhh', true), verified('b', 'hvhh', true), verified('c', 'vvvh')]
    expect(decide([ANALYSIS, ...three, ...bad])).toMatchObject({ outcome: 'kept', row: ROW, reason })
  })
})

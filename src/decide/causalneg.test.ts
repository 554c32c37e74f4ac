// The policy of CausalNeg: what becomes a negative, what does not and why, and that nothing unverified ever does.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FULFILMENTS,
  STRATEGIES,
  type Analysis,
  type Candidate,
  type Evidence,
  type Fulfilment,
  type Verification,
} from '../methods/evidence.ts'
import { fold } from '../rows/fold.ts'
import type { Row } from '../rows/row.ts'
import {
  CAUSALNEG_POLICY_DEFAULTS,
  causalnegPolicy,
  standingsIn,
  VERIFY_MODES,
  type CausalnegPolicyOptions,
} from './causalneg.ts'

const ROW: Row = {
  id: 'r',
  query: 'q',
  passages: [
    { id: 'p', text: 'the positive', label: 'positive', origin: 'given' },
    { id: 'n', text: 'the negative', label: 'negative', origin: 'mined' },
    { id: 'i', text: 'the ignored', label: 'ignored', origin: 'given' },
  ],
}
const asked = { model: 'm', prompt: 'x@1' }
const ANALYSIS: Analysis = {
  kind: 'analysis',
  stage: 'analyse',
  ...asked,
  need: 'n',
  meets: 'm',
  boundary: 'b',
  requirements: ['one', 'two', 'three', 'minor'].map((text) => ({ text, isCritical: text !== 'minor' })),
  perturbations: [],
}
const candidate = (passage: string, more: Partial<Candidate> = {}): Candidate => ({
  kind: 'candidate',
  stage: 'write',
  passage,
  text: `text of ${passage}`,
  ...asked,
  strategy: 'entity_shift',
  requirement: 1,
  attempt: 1,
  ...more,
})
const LETTERS: Record<string, Fulfilment> = { h: 'holds', v: 'violated', a: 'absent' }
/** As in `vhhh`: the first is violated, the others hold. */
const found = (letters: string) => [...letters].map((letter) => LETTERS[letter] as Fulfilment)
const verified = (passage: string, letters: string, attemptsAnswer = false): Verification => ({
  kind: 'verification',
  stage: 'verify',
  passage,
  ...asked,
  attemptsAnswer,
  requirements: found(letters),
})
const judged = (passage: string, verdict: string): Evidence => ({
  kind: 'verdict',
  passage,
  stage: 'judge',
  ...asked,
  verdict,
})
const unread = (stage: string, passages: string[], why = 'malformed'): Evidence => ({
  kind: 'unread',
  stage,
  model: 'm',
  passages,
  why,
  detail: 'it was odd',
  raw: 'odd',
})
const decide = (evidence: Evidence[], options: Partial<CausalnegPolicyOptions> = {}) =>
  causalnegPolicy({ ...CAUSALNEG_POLICY_DEFAULTS, ...options })(ROW, evidence)
/** What becomes of one candidate whose verification is this. */
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
    // Without it, what it said does not count.
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

/** Evidence about one row as no method would give it. */
const anyEvidence = fc.array(
  fc.oneof(
    fc.constant(ANALYSIS),
    fc
      .record({
        passage: fc.constantFrom('a', 'b', 'c', 'n'),
        text: fc.constantFrom('one text', 'ONE text', 'another', 'the positive', 'the negative', ' '),
        requirement: fc.integer({ min: 1, max: 5 }),
        strategy: fc.constantFrom(...STRATEGIES),
        attempt: fc.constantFrom(1 as const, 2 as const),
        fault: fc.option(fc.constant({ gate: 'meta', detail: 'd' }), { nil: undefined, freq: 4 }),
      })
      .map(({ passage, fault, ...more }) => candidate(passage, { ...more, ...(fault && { fault }) })),
    fc
      .record({
        passage: fc.constantFrom('a', 'b', 'c', 'n'),
        attemptsAnswer: fc.boolean(),
        requirements: fc.array(fc.constantFrom(...FULFILMENTS), { minLength: 3, maxLength: 5 }),
      })
      .map((each): Evidence => ({ ...verified('', ''), ...each })),
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('better', 'worse', 'irrelevant'))
      .map(([id, verdict]) => judged(id, verdict)),
    fc
      .tuple(fc.constantFrom('analyse', 'write', 'verify', 'judge'), fc.subarray(['a', 'b', 'c']))
      .map(([stage, ids]) => unread(stage, ids)),
  ),
  { maxLength: 14 },
)
const anyOptions = fc.record({
  verify: fc.constantFrom(...VERIFY_MODES),
  perRow: fc.integer({ min: 1, max: 4 }),
  maxLost: fc.integer({ min: 0, max: 3 }),
  absentTarget: fc.constantFrom('discard' as const, 'accept' as const),
})

test('whatever the evidence: nothing unverified or refused is added, no text twice, and the row keeps what it had', () => {
  fc.assert(
    fc.property(anyEvidence, anyOptions, (evidence, options) => {
      const { outcome, row, added = [], discarded = [], changes } = decide(evidence, options)
      expect(changes).toEqual([])
      expect(added.length).toBeLessThanOrEqual(options.perRow)
      expect(outcome === 'changed').toBe(added.length > 0)
      expect(row.passages.filter((each) => !added.includes(each))).toEqual(ROW.passages)
      const texts = row.passages.map(({ text }) => fold(text))
      expect(new Set(texts).size).toBe(texts.length)

      const accepted = standingsIn(ROW, evidence, options).filter(({ discard }) => discard === undefined)
      if (outcome !== 'undecided') {
        expect(accepted.length).toBe(added.length)
        expect(added.length + discarded.length).toBe(evidence.filter(({ kind }) => kind === 'candidate').length)
      }
      for (const { candidate: each, verification } of outcome === 'undecided' ? [] : accepted) {
        expect(each.fault).toBeUndefined()
        if (options.verify === 'none') continue
        expect(verification).toMatchObject({ passage: each.passage, attemptsAnswer: false })
        expect(verification?.requirements).toHaveLength(ANALYSIS.requirements.length)
        expect(verification?.requirements[each.requirement - 1]).not.toBe('holds')
        expect(evidence).toContain(ANALYSIS)
        if (options.verify === 'requirements+judge') {
          expect(evidence).toContainEqual(judged(each.passage, 'irrelevant'))
        }
      }
    }),
    { numRuns: 1000 },
  )
})

// With any evidence, nothing unverified becomes a negative.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ANALYSIS, candidate, judged, ROW, unread, verified } from '../../../test/support/candidates.ts'
import { FULFILMENTS, STRATEGIES, type Evidence } from '../../evidence/evidence.ts'
import { fold } from '../../likeness/fold.ts'
import { causalnegPolicy, standingsIn, VERIFY_MODES } from './policy.ts'

/** Evidence about one row that no method would give. */
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
      const { outcome, row, added = [], discarded = [], changes } = causalnegPolicy(options)(ROW, evidence)
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

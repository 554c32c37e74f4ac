// Arbitrary policy options for each method, and arbitrary evidence that it could gather about a row.
import * as fc from 'fast-check'
import { ANCHORS, ARHN_ACTIONS, arhnPolicy, type ArhnPolicyOptions } from '../../src/methods/arhn/policy.ts'
import type { CommonOptions } from '../../src/policy/changes.ts'
import { ACTIONS, type Policy } from '../../src/policy/policy.ts'
import { percposPolicy, type PercposPolicyOptions } from '../../src/methods/percpos/policy.ts'
import { rlhnPolicy, type RlhnPolicyOptions } from '../../src/methods/rlhn/policy.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { BARS } from '../../src/mining/positive-bar.ts'
import { labelled, type Row } from '../../src/rows/row.ts'

const common = {
  beyond: fc.constantFrom('keep' as const, 'drop' as const),
  known: fc.constantFrom('keep' as const, 'remove' as const, 'relabel' as const),
  whenNoNegativesLeft: fc.constantFrom('keep' as const, 'drop' as const),
  undecided: fc.constantFrom('keep' as const, 'drop' as const),
}
const rlhnOptions: fc.Arbitrary<RlhnPolicyOptions> = fc.record({
  better: fc.constantFrom(...ACTIONS),
  unconfirmed: fc.constantFrom(...ACTIONS),
  confirm: fc.constantFrom(0, 1),
  worse: fc.constantFrom(...ACTIONS),
  maxFalseNegatives: fc.constantFrom(0, 2, 7, 8),
  ...common,
})
const arhnOptions: fc.Arbitrary<ArhnPolicyOptions> = fc.record({
  action: fc.constantFrom(...ARHN_ACTIONS),
  anchor: fc.constantFrom(...ANCHORS),
  rank: fc.constantFrom('answering', 'all'),
  agreement: fc.constantFrom(0, 0.5, 0.75, 1),
  confirm: fc.constantFrom(0, 1),
  ranksDecide: fc.boolean(),
  ...common,
})
/** The random choices behind the evidence of a method. */
interface Draw {
  draws: number[]
  /** Number of negatives asked about; arhn derives other choices from it. */
  judged: number
  isUnread: boolean
}

/** Returns evidence that rlhn could gather: verdicts of two stages, an unreadable call, negatives not asked about. */
function rlhnEvidence(asked: Row, { draws, judged, isUnread }: Draw): Evidence[] {
  const negatives = labelled(asked, 'negative')
  const shown = negatives.slice(0, Math.max(1, judged))
  const verdicts = (stage: string, shift: number): Evidence[] =>
    shown.map(({ id }, index) => ({
      kind: 'verdict',
      passage: id,
      stage,
      model: stage,
      prompt: 'p@1',
      verdict: ['better', 'worse', 'irrelevant'][(draws[(index + shift) % draws.length] ?? 0) % 3] as string,
      reason: 'so',
    }))
  const beyond = negatives.slice(shown.length).map(({ id }): Evidence => {
    return { kind: 'unjudged', passage: id, reason: 'beyond' }
  })
  const judge = [...verdicts('screen', 3), ...verdicts('judge', 0), ...(isUnread ? [unread('judge', [])] : [])]
  const confirmed = isUnread || judged % 2 === 0 ? [] : verdicts('confirm', 1).map((item) => ({ ...item, order: 2 }))
  return [...beyond, ...judge, ...confirmed]
}

const unread = (stage: string, passages: string[]): Evidence => {
  return { kind: 'unread', stage, model: stage, passages, why: 'empty', detail: 'it was', raw: '' }
}

/**
 * Returns evidence that arhn could gather: passages with an answer, without one, or unread; rankings of all; for the whole query or for two
 * steps.
 */
function arhnEvidence(asked: Row, { draws, judged, isUnread }: Draw): Evidence[] {
  const base = { model: 'm', prompt: 'p@1' }
  const draw = (at: number) => draws[at % draws.length] ?? 0
  const steps = judged % 3 === 2 ? [1, 2] : [undefined]
  return steps.flatMap((number): Evidence[] => {
    const step = number === undefined ? {} : { step: number }
    const from = number ?? 0
    const given = labelled(asked, 'positive').filter((_positive, index) => draw(index + from) % 2 === 0)
    const gives = number === undefined ? [] : given
    const extracted = asked.passages.map(({ id }, index): Evidence => {
      const found = draw(index + from) % 5
      if (found === 4) return unread('extract', [id])
      return {
        kind: 'verdict',
        passage: id,
        stage: 'extract',
        ...base,
        ...step,
        verdict: found < 3 ? 'answers' : 'no-answer',
      }
    })
    const ranks = Array.from({ length: 1 + (judged % 4) }, (_all, order) =>
      asked.passages.map(({ id }, index): Evidence => {
        const rank = 1 + ((draw(order) + index * 7) % asked.passages.length)
        const stage = order === 3 ? 'confirm' : 'rank'
        return { kind: 'rank', passage: id, stage, ...base, ...step, order: order + 1, window: '1', rank }
      }),
    )
    return [
      ...gives.map(({ id }): Evidence => ({
        kind: 'verdict',
        passage: id,
        stage: 'steps',
        ...base,
        ...step,
        verdict: 'gives',
      })),
      ...extracted,
      ...ranks.flat(),
      ...(isUnread ? [unread(number === undefined ? 'rank' : 'steps', [])] : []),
    ]
  })
}

const percposOptions: fc.Arbitrary<PercposPolicyOptions> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  share: fc.constantFrom(undefined, 0, 0.5, 0.95, 1, 1.5),
  bar: fc.constantFrom(...BARS),
  ...common,
})

/** Returns evidence that percpos could gather: scores of either sign for everything, or a part that could not be scored. */
function percposEvidence(asked: Row, { draws, isUnread }: Draw): Evidence[] {
  const base = { stage: 'score', model: 'm', prompt: 'p@1' }
  const scores = asked.passages.map(({ id }, index): Evidence => {
    const score = ((draws[index % draws.length] ?? 0) % 21) - 10
    return { kind: 'score', passage: id, ...base, score }
  })
  return isUnread ? [...scores.slice(1), unread('score', [])] : scores
}

interface Subject {
  options: fc.Arbitrary<CommonOptions>
  policy(options: never): Policy
  evidence(asked: Row, draw: Draw): Evidence[]
  /** Returns whether a call is unreadable without which the row cannot be decided. */
  isUndecided(asked: Row, draw: Draw, evidence: Evidence[], options: never): boolean
}

export const SUBJECTS: [string, Subject][] = [
  [
    'rlhn',
    {
      options: rlhnOptions,
      policy: rlhnPolicy,
      evidence: rlhnEvidence,
      isUndecided: (_asked, { isUnread }) => isUnread,
    },
  ],
  [
    'arhn',
    {
      options: arhnOptions,
      policy: arhnPolicy,
      evidence: arhnEvidence,
      isUndecided: (asked, { isUnread }, evidence, { action, ranksDecide }: ArhnPolicyOptions) => {
        const positives = new Set(labelled(asked, 'positive').map(({ id }) => id))
        const isRead = evidence.some(
          (item) => item.kind === 'verdict' && item.stage === 'extract' && positives.has(item.passage),
        )
        const isSteps = evidence.some((item) => item.kind === 'unread' && item.stage === 'steps')
        return !isRead || (isUnread && (isSteps || (ranksDecide && action !== 'filter')))
      },
    },
  ],
  [
    'percpos',
    {
      options: percposOptions,
      policy: percposPolicy,
      evidence: percposEvidence,
      isUndecided: (_asked, { isUnread }) => isUnread,
    },
  ],
]

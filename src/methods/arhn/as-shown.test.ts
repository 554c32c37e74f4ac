// Rankings that repeat the order shown are counted, warned of, and decide nothing where there is no second order.
import { expect, test } from 'vitest'
import type { Evidence } from '../../evidence/evidence.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { Row } from '../../rows/row.ts'
import { AsShownSurvey } from './as-shown.ts'
import { ArhnPilot } from './pilot.ts'
import { ARHN_POLICY_DEFAULTS, arhnPolicy } from './policy.ts'
import { ArhnTally, arhnLines } from './tally.ts'

const row: Row = {
  id: 'r',
  query: 'q',
  passages: ['n1', 'p', 'n2'].map((id) => ({
    id,
    text: id,
    label: id === 'p' ? ('positive' as const) : ('negative' as const),
    origin: 'given' as const,
  })),
}

const about = { stage: 'extract', model: 'm', prompt: 'x@1' }

/** A ranking of the passages, given in the order shown, with these ranks. */
const ranked = (ranks: number[], order = 1): Evidence[] => [
  ...row.passages.map(({ id: passage }): Evidence => ({ kind: 'verdict', passage, ...about, verdict: 'answers' })),
  ...ranks.map((rank, at): Evidence => {
    const passage = row.passages[at]?.id ?? ''
    return { kind: 'rank', passage, ...about, stage: 'rank', order, window: '1', rank }
  }),
]
const AS_SHOWN = ranked([1, 2, 3])
const OTHER = ranked([2, 1, 3])

const repeated = (count: number, evidence: Evidence[]) => Array.from({ length: count }, () => evidence)
const rowsOf = (asShown: number, others: number) => [...repeated(asShown, AS_SHOWN), ...repeated(others, OTHER)]
const decided = (evidence: Evidence[]) => ({ entry: { row }, evidence }) as unknown as DecidedRow

test.each([
  [20, 0, 0],
  [11, 9, 0],
  [10, 10, 1],
  [9, 0, 1],
  [0, 20, 1],
])('%i as shown and %i others: the rankings decide %i', (asShown, others, ranksDecide) => {
  const survey = new AsShownSurvey()
  for (const evidence of rowsOf(asShown, others)) survey.add(row, evidence)
  const { figures, warnings } = survey.conclude()
  expect(figures).toEqual({ ranksDecide })
  expect(warnings).toHaveLength(1 - ranksDecide)
  const pilot = (hasOneOrder: boolean) => {
    const look = new ArhnPilot(hasOneOrder)
    for (const evidence of rowsOf(asShown, others)) look.add(decided(evidence))
    return look.conclude().warnings?.filter((warning) => warning.includes('--permutations 2')).length
  }
  expect([pilot(true), pilot(false)]).toEqual([1 - ranksDecide, 0])
})

test('two candidates come as shown by chance, and are not counted', () => {
  const survey = new AsShownSurvey()
  for (const evidence of repeated(50, ranked([1, 2]))) survey.add(row, evidence)
  expect(survey.conclude().figures).toEqual({ ranksDecide: 1 })
})

test('what decides nothing promotes nothing, leaves nothing undecided, and filters still', () => {
  const tos = (ranksDecide: boolean, evidence: Evidence[]) =>
    arhnPolicy({ ...ARHN_POLICY_DEFAULTS, whenNoNegativesLeft: 'keep', ranksDecide })(row, evidence).changes.map(
      ({ passage: { id }, to }) => [id, to],
    )
  expect(tos(true, AS_SHOWN)).toEqual([
    ['n1', 'positive'],
    ['n2', 'ignored'],
  ])
  expect(tos(false, AS_SHOWN)).toEqual([
    ['n1', 'ignored'],
    ['n2', 'ignored'],
  ])
})

test('the summary and the manifest tell of it', () => {
  const tally = new ArhnTally({})
  for (const evidence of rowsOf(3, 1)) tally.add(decided(evidence))
  const sections = tally.sections()
  expect(sections.orderShown).toMatchObject({ hits: 3, of: 4 })
  expect(arhnLines(tally.figures(), sections)).toContain('rankings that are the order shown: 3 of 4 (75.0%)')
  expect(arhnLines({ ...tally.figures(), ranksDecide: 0 }, sections).at(-1)).toContain('the rankings decide nothing')
})

// The report of an audit, worked out by hand on a few items.
import { expect, it } from 'vitest'
import { auditOf, item } from '../../test/support/audited.ts'
import type { NewJudgement } from './api.ts'
import type { Audit } from './audit.ts'
import { auditReport } from './report.ts'
import type { SampleItem } from './sample-file.ts'

const word = (stage: string, relevant: boolean) => ({
  stage,
  model: `model of ${stage}`,
  verdict: relevant ? 'better' : 'irrelevant',
  relevant,
})

/** Four finds that stand for one passage each, four passed over that stand for ten. The screen finds two more. */
const ITEMS: SampleItem[] = Array.from({ length: 8 }, (_all, at) => {
  const isFind = at < 4
  return item(`i${at}`, {
    stratum: isFind ? 0 : 1,
    weight: isFind ? 1 : 10,
    found: isFind,
    to: isFind ? 'positive' : 'negative',
    judges: [word('screen', at < 6), word('judge', isFind)],
  })
})

function judge(audit: Audit, assessor: string, grades: readonly NewJudgement['grade'][]): void {
  grades.forEach((grade, at) => audit.judge({ assessor, item: `i${at}`, grade, seconds: at + 1 }))
}

const reportOn = (audit: Audit) => auditReport(audit.sample, audit.judgements)

it('estimates the whole file by the weights', async () => {
  const audit = await auditOf(ITEMS, { assessors: ['anna'] })
  // Three of the four finds are relevant, and one of the four passed over.
  judge(audit, 'anna', [3, 2, 2, 1, 0, 0, 2, 1])
  const { file, judges, assessors, population, uncovered } = reportOn(audit)
  expect([population, uncovered]).toEqual([44, 0])
  expect(file?.falseNegatives.value).toBeCloseTo(13 / 44, 12)
  expect(file?.left.value).toBeCloseTo(1 / 4, 12)
  expect(assessors).toMatchObject([{ assessor: 'anna', graded: 8, relevant: 4, seconds: 4.5 }])
  const run = judges.find(({ stage }) => stage === 'run')
  expect(run).toMatchObject({ assessor: 'anna', items: 8, counts: { hits: 3, falseCalls: 1, missed: 1, passed: 3 } })
  expect(run?.precision.value).toBeCloseTo(3 / 4, 12)
  expect(run?.recall.value).toBeCloseTo(3 / 13, 12)
  expect(run?.kappaInSample.value).toBeCloseTo(0.5, 12)
  // Weighted: agreement 33 of 44; the run calls 4, the assessor 13 of 44 relevant.
  const chance = (4 * 13 + 40 * 31) / 44 ** 2
  expect(run?.kappa.value).toBeCloseTo((33 / 44 - chance) / (1 - chance), 12)
})

it('lets what is graded speak for all of its stratum, and says what nothing speaks for', async () => {
  const audit = await auditOf(ITEMS, { assessors: ['anna'] })
  judge(audit, 'anna', ['unsure', 'skip', 2, 0])
  const { file, uncovered } = reportOn(audit)
  expect(uncovered).toBe(40)
  expect([file?.falseNegatives.value, file?.items, file?.left.value]).toEqual([0.5, 2, null])
})

it('compares two stages over the passages that both judged', async () => {
  const audit = await auditOf(ITEMS, { assessors: ['anna'] })
  judge(audit, 'anna', [3, 2, 2, 1, 0, 0, 2, 1])
  const { differences } = reportOn(audit)
  expect(differences).toHaveLength(1)
  const [{ judges, kappas, difference, items } = {}] = differences as [Partial<(typeof differences)[0]>]
  expect([judges, items]).toEqual([['screen model of screen', 'judge model of judge'], 8])
  expect(difference?.value).toBeCloseTo((kappas?.[0] ?? NaN) - (kappas?.[1] ?? NaN), 12)
  expect(Number(difference?.low)).toBeLessThanOrEqual(Number(difference?.value))
})

it('takes the word of most, counts a tie in parts, and compares people with each other', async () => {
  const audit = await auditOf(ITEMS)
  judge(audit, 'anna', [3, 2, 2, 1, 0, 0, 2, 1])
  judge(audit, 'ben', [3, 2, 0, 1, 0, 0, 2, 1])
  const { file, judges, pairs, between } = reportOn(audit)
  expect(file).toMatchObject({ items: 8, disputed: 1 })
  expect(file?.falseNegatives.value).toBeCloseTo((2 + 0.5 + 10) / 44, 12)
  expect(judges.filter(({ stage }) => stage === 'run').map(({ assessor, items }) => [assessor, items])).toEqual([
    [null, 7],
    ['anna', 8],
    ['ben', 8],
  ])
  const [pair] = pairs
  expect([pair?.items, pair?.binary.observed]).toEqual([8, 43 / 44])
  expect(pair?.kappaInSample.value).toBeCloseTo(0.75, 12)
  expect(between?.binary.observed.value).toBeCloseTo(43 / 44, 12)
  expect(between?.graded?.alphaOrdinal.value).toBeGreaterThan(0.9)
})

it('has no grades of a binary scale, and no figures without judgements', async () => {
  const audit = await auditOf(ITEMS, { scale: 'binary' })
  expect(reportOn(audit)).toMatchObject({
    between: null,
    pairs: [],
    judges: [],
    differences: [],
    file: null,
    uncovered: 44,
  })
  judge(audit, 'anna', [1, 1])
  judge(audit, 'ben', [1, 0])
  const { between, pairs } = reportOn(audit)
  expect([between?.graded, pairs[0]?.graded, between?.items]).toEqual([null, null, 2])
})

// Simulated files: how often the promise of a cascade is kept, and what it saves.
import { expect, test } from 'vitest'
import type { Evidence } from '../../evidence/evidence.ts'
import type { CascadePlan } from '../../method/cascade.ts'
import type { Row } from '../../rows/row.ts'
import { binomialAtMost } from '../../statistics/exact-tests.ts'
import { takeThrough, type GatedRow } from '../../../test/support/gated-file.ts'
import { randomFrom } from '../../../test/support/random.ts'
import { repetitions } from '../../../test/support/repetitions.ts'

const FILES = repetitions(30, 250, 500)

/** Rows of one negative: flagged ones score higher on average, by `signal` of a spread of 1. */
function fileOf(rows: number, share: number, signal: number, isCoarse: boolean, random: () => number): GatedRow[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: rows }, (_all, index) => {
    const isFlagged = random() < share
    const exact = normal() + (isFlagged ? signal : 0)
    const score = isCoarse ? Math.round(exact) : exact
    const row: Row = {
      id: `${index} ${random()}`,
      query: 'q',
      passages: [{ id: 'n', text: 't', label: 'negative', origin: 'given' }],
    }
    return { row, before: [{ kind: 'score', stage: 'score', model: 's', prompt: 'p', passage: 'n', score }], isFlagged }
  })
}

const isFlagged: CascadePlan['isFlagged'] = (evidence) =>
  evidence.some((item) => item.kind === 'verdict' && item.verdict === 'worse')

const planOf = (more: Partial<CascadePlan> = {}): CascadePlan => ({
  recall: 0.95,
  gate: 'scorer',
  hasScorer: true,
  stage: 'judge',
  rows: undefined,
  seed: 1,
  isFlagged,
  ...more,
})

test('a learned gate is measured on rows that it was not fitted to, and unread rows count nowhere', async () => {
  const file = fileOf(1_200, 0.5, 2, false, randomFrom(7))
  const unread = new Set(file.filter((_row, index) => index % 10 === 0).map(({ row }) => row.id))
  const isLost: CascadePlan['isFlagged'] = (evidence) =>
    evidence.some(({ kind }) => kind === 'unread') ? undefined : isFlagged(evidence)
  const lost: Evidence = { kind: 'unread', stage: 'score', model: 's', passages: ['n'], why: 'w', detail: 'd', raw: '' }
  const rows = file.map((each) => (unread.has(each.row.id) ? { ...each, before: [lost] } : each))
  const { record, recall } = await takeThrough(rows, planOf({ gate: 'learned', rows: 400, isFlagged: isLost }))
  const { sample } = record
  expect(sample.rows).toBe(400)
  expect(sample.fitted + sample.measured + sample.unread).toBe(400)
  expect([sample.fitted > 60, sample.fitted < 140, sample.unread > 20]).toEqual([true, true, true])
  expect(record.model?.weights.filter((weight) => weight !== 0)).toHaveLength(2)
  expect(recall).toBeGreaterThan(0.95)
})

test(`the promise is kept in 95% of simulated files: ${FILES}`, async () => {
  const random = randomFrom(process.env['WINNOW_TEST_SEED'] === 'random' ? Date.now() : 1)
  let [promised, kept] = [0, 0]
  for (let index = 0; index < FILES; index++) {
    const file = fileOf(1_200, 0.1 + 0.6 * random(), 3 * random(), random() < 0.3, random)
    // A small sample of a file is the harder case: it does not see much of what is flagged by itself.
    const rows = random() < 0.5 ? 400 : undefined
    const plan = planOf({ gate: random() < 0.3 ? 'learned' : 'scorer', rows, seed: index })
    const { record, recall, sent } = await takeThrough(file, plan)
    if (record.bar === null) {
      expect(sent).toBe(1)
      continue
    }
    promised += 1
    if (recall >= 0.95) kept += 1
  }
  expect(promised).toBeGreaterThan(0.8 * FILES)
  if (FILES >= 500) expect(kept / promised).toBeGreaterThanOrEqual(0.95)
  expect(binomialAtMost(kept, promised, 0.95)).toBeGreaterThan(0.001)
})

// CausalNeg as commands see it: the models it needs, notices before any money is spent, what can be decided again, and its counts.
import { describe, expect, test } from 'vitest'
import type { RowLine } from '../../rows/read.ts'
import { untouched } from '../../policy/decided.ts'
import type { MethodTally } from '../../method/definition.ts'
import type { ChatReply, ChatRequest } from '../../llm/chat.ts'
import { readOptions } from '../../options/options.ts'
import type { Row } from '../../rows/row.ts'
import { FULFILMENTS, STRATEGIES, type Analysis, type Candidate, type Evidence } from '../../evidence/evidence.ts'
import { missingIn, type GatherConditions } from './complete.ts'
import { causalnegDefinition as causalneg } from './definition.ts'
import { CAUSALNEG_GATHER_OPTIONS, CAUSALNEG_POLICY_OPTIONS } from './options.ts'

const MODELS = { writer: 'w', verifier: 'v', task: 'question-answering' }
const valuesOf = (options: Record<string, unknown> = {}) =>
  readOptions({ ...CAUSALNEG_GATHER_OPTIONS, ...CAUSALNEG_POLICY_OPTIONS }, { ...MODELS, ...options })
const planOf = (options: Record<string, unknown> = {}) => causalneg.plan(valuesOf(options))
const stagesOf = (options: Record<string, unknown>) =>
  planOf(options).stages.map(({ stage, model }) => `${stage} ${model}`)

describe('models', () => {
  test('by stage, with a prompt each', () => {
    expect(stagesOf({})).toEqual(['analyse w', 'write w', 'verify v'])
    expect(stagesOf({ verify: 'none', verifier: undefined })).toEqual(['analyse w', 'write w'])
    expect(stagesOf({ verify: 'requirements+judge' })).toEqual(['analyse w', 'write w', 'verify v', 'judge v'])
    expect(stagesOf({ verify: 'requirements+judge', judge: 'j' }).at(-1)).toBe('judge j')
    expect(planOf({ verify: 'requirements+judge' }).prompts.map(({ name }) => name)).toEqual([
      'causalneg.analyse@3',
      'causalneg.write@2',
      'causalneg.verify@2',
      'rlhn.judge@2',
    ])
  })

  test('that are missing', () => {
    expect(() => planOf({ writer: undefined })).toThrow('no model given')
    expect(() => planOf({ verifier: undefined })).toThrow('no verifier given')
  })

  test('a writer that verifies itself, and no verification at all, are told', () => {
    const notices = (options: Record<string, unknown>) => {
      const plan = planOf(options)
      return plan.noticesOf?.(Object.fromEntries(plan.stages.map(({ stage, model }) => [stage, String(model)])))
    }
    expect(notices({})).toEqual([])
    expect(notices({ verifier: 'w' })).toEqual([expect.stringMatching(/^w both writes and verifies/)])
    expect(notices({ verify: 'none' })).toEqual([
      expect.stringMatching(/^--verify none: passages are checked only by the gates/),
    ])
  })
})

test('what decides what is asked is in the identity of a run, and what decides about the answers is not', () => {
  const same = JSON.stringify(planOf().fingerprint)
  for (const option of ['perRow', 'references', 'seed', 'maxTokens'] as const) {
    expect(JSON.stringify(planOf({ [option]: 2 }).fingerprint), option).not.toBe(same)
  }
  for (const options of [
    { strategies: 'entity_shift' },
    { onFailure: 'rewrite' },
    { verify: 'none' },
    { constrain: 'json' },
    { temperature: 1 },
  ]) {
    expect(JSON.stringify(planOf(options).fingerprint)).not.toBe(same)
  }
  expect(JSON.stringify(planOf({ maxLost: 0, absentTarget: 'accept' }).fingerprint)).toBe(same)
})

test('decided again: less verification and fewer passages, but not more', () => {
  const gathered = valuesOf()
  const policy = (options: Record<string, unknown>) => () => causalneg.policy(valuesOf(options), gathered)
  expect(policy({ verify: 'none', perRow: 1 })).not.toThrow()
  expect(policy({ verify: 'requirements+judge' })).toThrow(
    '--verify requirements+judge: the run used --verify requirements',
  )
  expect(policy({ perRow: 4 })).toThrow('--per-row 4: the run wrote at most 3 per row')
})

const asked = { model: 'm', prompt: 'p' }
const analysis: Analysis = {
  kind: 'analysis',
  stage: 'analyse',
  ...asked,
  need: 'n',
  meets: 'm',
  boundary: 'b',
  requirements: [1, 2, 3, 4].map((number) => ({ text: `condition ${number}`, isCritical: number < 4 })),
  perturbations: [],
}
const candidate = (passage: string, more: Partial<Candidate> = {}): Candidate => ({
  kind: 'candidate',
  stage: 'write',
  passage,
  text: `text ${passage}`,
  ...asked,
  strategy: 'entity_shift',
  requirement: 1,
  attempt: 1,
  ...more,
})
const verification = (passage: string, letters: string, attemptsAnswer = false): Evidence => ({
  kind: 'verification',
  stage: 'verify',
  passage,
  ...asked,
  attemptsAnswer,
  requirements: [...letters].map((letter) => FULFILMENTS.find((each) => each.startsWith(letter)) ?? 'holds'),
})
const ROW: Row = {
  id: 'r',
  query: 'q',
  passages: [
    { id: 'p', text: 'the positive', label: 'positive', origin: 'given' },
    { id: 'n', text: 'the negative', label: 'negative', origin: 'mined' },
  ],
}

const tallyOf = () => planOf().tally?.() as MethodTally

describe('figures', () => {
  const evidence = [
    analysis,
    candidate('a', { rewrites: 'n' }),
    candidate('b', { strategy: 'relation_break', requirement: 2 }),
    candidate('c', { strategy: 'relation_break', requirement: 3 }),
    candidate('d', { strategy: 'relation_break', requirement: 1, attempt: 2, fault: { gate: 'meta', detail: 'd' } }),
    verification('a', 'vhhh'),
    verification('b', 'hvhh', true),
    verification('c', 'hvvh'),
  ]
  const tally = tallyOf()
  const add = (found: Evidence[]) => tally.add({ ...untouched({ row: ROW } as RowLine), evidence: found })
  add(evidence)
  add([{ kind: 'exempt', reason: 'so' }])
  // The writing call for this row could not be read.
  add([analysis])
  const figures = tally.figures()

  test('by strategy: faithful is exactly the target, leaks attempt an answer', () => {
    expect(figures).toMatchObject({
      rowsAnalysed: 2,
      rowsWritten: 1,
      rowsWithNegatives: 1,
      madeFromReferences: 1,
      'written.entity_shift': 1,
      'verified.entity_shift': 1,
      'faithful.entity_shift': 1,
      'leaks.entity_shift': 0,
      'accepted.entity_shift': 1,
      'written.relation_break': 3,
      'rewritten.relation_break': 1,
      'verified.relation_break': 2,
      'faithful.relation_break': 1,
      'leaks.relation_break': 1,
      'accepted.relation_break': 1,
      'written.intent_drift': 0,
      'discarded.answers': 1,
      'discarded.meta': 1,
    })
  })

  test('in words', () => {
    expect(causalneg.describe(figures)).toMatchInlineSnapshot(`
      [
        "written: 4 passages for 1 row, 1 of them based on a mined negative; accepted: 2 in 1 row",
        "  by strategy            written  accepted  verified  faithful     leaks",
        "  entity_shift                 1         1         1    100.0%      0.0%",
        "  relation_break               3         1         2     50.0%     50.0%",
      ]
    `)
    expect(causalneg.describe(tallyOf().figures())).toEqual([])
  })
})

describe('evidence that lost records', () => {
  const gathered = { strategies: STRATEGIES, seed: 1, perRow: 3 }
  const lost = (evidence: Evidence[], verify: GatherConditions['verify'] = 'requirements') =>
    missingIn(ROW, evidence, { ...gathered, verify })

  test('is told from evidence that is whole', () => {
    const unread = (stage: string, passages: string[]): Evidence => ({
      kind: 'unread',
      stage,
      model: 'm',
      passages,
      why: 'w',
      detail: 'd',
      raw: undefined,
    })
    expect(lost([analysis, candidate('a'), verification('a', 'vhhh')])).toBeUndefined()
    expect(lost([analysis, candidate('a'), unread('verify', ['a'])])).toBeUndefined()
    expect(lost([analysis, candidate('a', { fault: { gate: 'meta', detail: 'd' } })])).toBeUndefined()
    expect(lost([analysis])).toBeUndefined()
    expect(lost([unread('analyse', [])])).toBeUndefined()
    const breakable = {
      ...analysis,
      perturbations: [{ requirement: 1, strategy: 'entity_shift', how: 'h' }],
    } satisfies Analysis
    expect(lost([breakable])).toBe('what was written for it')
    expect(lost([breakable, unread('write', [])])).toBeUndefined()
    const ofOthers = { ...gathered, verify: 'requirements', strategies: ['relation_break'] } as const
    expect(missingIn(ROW, [breakable], ofOthers)).toBeUndefined()
    expect(lost([{ kind: 'exempt', reason: 'so' }])).toBeUndefined()
    expect(lost([])).toBe('its analysis')
    expect(lost([candidate('a'), verification('a', 'vhhh')])).toBe('its analysis')
    expect(lost([analysis, candidate('a')])).toBe('the verification of passage a')
    expect(lost([analysis, candidate('a')], 'none')).toBeUndefined()
    expect(lost([analysis, candidate('a', { requirement: 5 })])).toMatch(/^requirement 5/)
  })
})

describe('a dry run', () => {
  /** Collects every request that the forecast's replies lead to. */
  async function forecast(options: Record<string, unknown>, row: Row) {
    const plan = planOf(options)
    const requests: ChatRequest[] = []
    const reply = (request: ChatRequest): ChatReply => {
      requests.push(request)
      return { text: plan.forecast.reply(request), finishReason: 'stop' }
    }
    const ask = Object.assign(async (each: ChatRequest[]) => each.map(reply), { again: async () => undefined })
    const evidence = await plan.create(
      Object.fromEntries(plan.stages.map(({ stage, model }) => [stage, String(model)])),
    )(row, ask)
    return { requests, evidence, plan }
  }
  const stages = (requests: ChatRequest[]) => requests.map(({ source }) => source.stage).join(' ')
  const english =
    'Air scatters the short waves of sunlight much more than the long ones, and so the whole sky looks blue to us by day.'
  const chinese = '空气对阳光中短波的散射远强于长波，因此白天整个天空在我们看来是蓝色的，而傍晚的云彩则呈现橙色。'

  test.each([
    ['words', english],
    ['a script without spaces', chinese],
    ['few words', 'a blue sky'],
  ])('asks every question, and gates refuse nothing of it: %s', async (_name, text) => {
    const row: Row = { ...ROW, query: '天空', passages: [{ id: 'p', text, label: 'positive', origin: 'given' }] }
    const { requests, evidence } = await forecast({ verify: 'requirements+judge' }, row)
    expect(stages(requests)).toBe('analyse write verify verify verify judge')
    expect(evidence.some((item) => item.kind === 'unread')).toBe(false)
  })

  test('with rewriting, everything is written twice at most, and at best once', async () => {
    const row: Row = { ...ROW, passages: [{ id: 'p', text: english, label: 'positive', origin: 'given' }] }
    const { requests, plan } = await forecast({ onFailure: 'rewrite' }, row)
    expect(stages(requests)).toBe('analyse write verify verify verify write verify verify verify')
    expect(['analyse', 'write', 'verify'].map(plan.forecast.share)).toEqual([
      { low: 1, high: 1 },
      { low: 0.5, high: 1 },
      { low: 0.5, high: 1 },
    ])
    const tokens = requests.map((request) => plan.forecast.replyTokens(request))
    expect(tokens.every((count) => count > 0)).toBe(true)
  })

  test('strategies may be few', async () => {
    const row: Row = { ...ROW, passages: [{ id: 'p', text: english, label: 'positive', origin: 'given' }] }
    for (const strategy of STRATEGIES) {
      expect(stages((await forecast({ strategies: strategy }, row)).requests)).toBe(
        'analyse write verify verify verify',
      )
    }
  })
})

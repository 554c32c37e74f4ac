// The method against scripted replies: what it asks, in which order, and what it makes of every kind of reply.
import { describe, expect, test } from 'vitest'
import { causalnegPolicy } from '../../decide/causalneg.ts'
import type { Ask, ChatReply, ChatRequest } from '../../llm/chat.ts'
import { CallError, MissingReply } from '../../llm/errors.ts'
import { readOptions } from '../../options/options.ts'
import { contentId } from '../../rows/ids.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Evidence } from '../evidence.ts'
import { causalnegDefinition } from './definition.ts'
import { CAUSALNEG_GATHER_OPTIONS, CAUSALNEG_POLICY_OPTIONS } from './options.ts'

const passage = (id: string, label: Passage['label'], text: string, more: Partial<Passage> = {}): Passage => ({
  id,
  text,
  label,
  origin: 'mined',
  ...more,
})
const POSITIVE = 'Air scatters the short waves of sunlight much more than the long ones, and so the sky looks blue.'
const NEGATIVES = [
  'The sea takes its colour from water itself, which swallows red light within the first few metres.',
  'At dusk the path of light is longer, and what is left of it paints clouds in orange and in pink.',
]
const ROW: Row = {
  id: 'r',
  query: 'why is the sky blue by day?',
  passages: [
    passage('p', 'positive', POSITIVE),
    ...NEGATIVES.map((text, index) => passage(`n${index}`, 'negative', text)),
  ],
}
const TEXTS = [
  'Lakes of the high mountains look green, for the fine dust of rock in them sends back other colours.',
  'Painters of the last century bought their blue from mines, and later from works that made it cheaper.',
  'A haze of droplets weakens every colour alike, which is why fog in the morning looks white or grey.',
]
const REQUIREMENTS = ['names the sky', 'names its colour by day', 'names scattering by air', 'names sunlight']
const ANALYSIS = {
  need: 'the cause of the colour',
  meets: 'they name it',
  boundary: 'naming a cause of the colour of the sky',
  requirements: REQUIREMENTS.map((text, index) => ({ number: index + 1, text, critical: index < 3 })),
  perturbations: [
    { requirement: 1, strategy: 'entity_shift', how: 'lakes' },
    { requirement: 2, strategy: 'attribute_shift', how: 'paint' },
    { requirement: 3, strategy: 'upstream_downstream', how: 'fog' },
  ],
}

type Reply = string | Partial<ChatReply> | Error
type Script = (stage: string, request: ChatRequest, call: number) => Reply | undefined

const numbersOf = (request: ChatRequest) =>
  [...(request.messages.at(-1)?.content ?? '').matchAll(/^Passage \((\d+)\): breaks requirement (\d+)/gm)].map(
    ([, number, requirement]) => ({ number: Number(number), requirement: Number(requirement) }),
  )
const writing = (request: ChatRequest, texts: readonly string[] = TEXTS) =>
  JSON.stringify({
    passages: numbersOf(request).map(({ number, requirement }) => ({
      number,
      rewrites: null,
      text: texts[requirement - 1],
    })),
  })
const verification = (verdicts: string[], attempts = false) =>
  JSON.stringify({
    requirements: verdicts.map((verdict, index) => ({ number: index + 1, why: 'w', verdict })),
    why: 'so',
    attempts_answer: attempts,
  })
/** The requirement that a text of TEXTS breaks, and no other. */
const faithful = (request: ChatRequest, texts: readonly string[] = TEXTS) => {
  const shown = request.messages.at(-1)?.content ?? ''
  const target = texts.findIndex((text) => shown.includes(text))
  return verification(REQUIREMENTS.map((_text, index) => (index === target ? 'violated' : 'holds')))
}

/** Replies by stage; what the script leaves undefined is answered well. An unscripted judge is an error. */
function scripted(script: Script = () => undefined) {
  const requests: ChatRequest[] = []
  const calls = new Map<string, number>()
  const one = async (request: ChatRequest): Promise<ChatReply> => {
    requests.push(request)
    const { stage } = request.source
    const call = (calls.get(stage) ?? 0) + 1
    calls.set(stage, call)
    const given = script(stage, request, call) ?? wellDone(stage, request)
    if (given instanceof Error) throw given
    return { text: '', finishReason: 'stop', ...(typeof given === 'string' ? { text: given } : given) }
  }
  const ask: Ask = Object.assign((asked: ChatRequest[]) => Promise.all(asked.map(one)), {
    again: async () => undefined,
  })
  return { ask, requests }
}

function wellDone(stage: string, request: ChatRequest): Reply {
  if (stage === 'analyse') return JSON.stringify(ANALYSIS)
  if (stage === 'write') return writing(request)
  if (stage === 'verify') return faithful(request)
  throw new Error(`nothing is scripted for ${stage}`)
}

const valuesOf = (options: Record<string, unknown>) =>
  readOptions(
    { ...CAUSALNEG_GATHER_OPTIONS, ...CAUSALNEG_POLICY_OPTIONS },
    { writer: 'w', verifier: 'v', task: 'question-answering', ...options },
  )

async function run(script?: Script, options: Record<string, unknown> = {}, row = ROW) {
  const plan = causalnegDefinition.plan(valuesOf(options))
  const identities = Object.fromEntries(plan.stages.map(({ stage, model }) => [stage, model]))
  const { ask, requests } = scripted(script)
  const evidence = await plan.create(identities)(row, ask)
  const { verify, perRow, maxLost, absentTarget } = valuesOf(options)
  const decision = causalnegPolicy({ verify, perRow, maxLost, absentTarget })(row, evidence)
  return { evidence, requests, decision, stages: requests.map(({ source }) => `${source.stage} ${source.part}`) }
}
const kindsOf = (evidence: Evidence[]) => evidence.map(({ kind }) => kind)
const codesOf = ({ discarded = [] }: Awaited<ReturnType<typeof run>>['decision']) =>
  discarded.map(({ code }) => code).toSorted()

describe('as it should go', () => {
  test('an analysis, a writing, and a verification of each passage, by whom they should be', async () => {
    const { evidence, requests, decision, stages } = await run()
    expect(stages).toEqual(['analyse 1', 'write 1', 'verify 1', 'verify 2', 'verify 3'])
    expect(requests.map(({ model, temperature }) => [model, temperature])).toEqual([
      ['w', 0],
      ['w', 0.7],
      ['v', 0],
      ['v', 0],
      ['v', 0],
    ])
    expect(requests.every(({ format }) => format === undefined)).toBe(true)
    expect(kindsOf(evidence)).toEqual([
      'analysis',
      'candidate',
      'candidate',
      'candidate',
      'verification',
      'verification',
      'verification',
    ])
    expect(decision.outcome).toBe('changed')
    expect(decision.added?.map(({ text }) => text).toSorted()).toEqual(TEXTS.toSorted())
    const [first] = evidence.filter(({ kind }) => kind === 'candidate')
    expect(first).toMatchObject({
      passage: contentId(first as never),
      attempt: 1,
      model: 'w',
      prompt: 'causalneg.write@1',
    })
    expect(decision.added?.find(({ text }) => text === TEXTS[0])?.generation).toEqual({
      strategy: 'entity_shift',
      requirement: 'names the sky',
    })
  })

  test('a reference that was reworked is told by its id', async () => {
    const { evidence } = await run((stage, request) =>
      stage === 'write' ? writing(request).replace('"rewrites":null', '"rewrites":2') : undefined,
    )
    expect(evidence.flatMap((item) => (item.kind === 'candidate' ? [item.rewrites] : []))).toEqual([
      'n1',
      undefined,
      undefined,
    ])
  })

  test('schemas for servers that take them, strict: every property required and no other', async () => {
    const { requests } = await run(undefined, { constrain: 'json' })
    const formats = requests.map(({ format }) => format as { json: Record<string, unknown> })
    expect(formats.map(({ json }) => Object.keys(json['properties'] as object))).toEqual([
      ['need', 'meets', 'boundary', 'requirements', 'perturbations'],
      ['passages'],
      ...Array.from({ length: 3 }, () => ['requirements', 'why', 'attempts_answer']),
    ])
    const strict = (value: unknown): boolean => {
      if (typeof value !== 'object' || value === null) return true
      const schema = value as Record<string, unknown>
      const names = schema['type'] === 'object' ? Object.keys(schema['properties'] as object) : undefined
      if (names && (schema['additionalProperties'] !== false || String(schema['required']) !== String(names)))
        return false
      return Object.values(schema).every(strict)
    }
    expect(formats.every(({ json }) => strict(json))).toBe(true)
  })

  test('--per-row, --strategies and --references say what is asked for', async () => {
    const { requests, decision } = await run(undefined, { perRow: 1, strategies: ['attribute_shift'], references: 1 })
    expect(decision.added).toMatchObject([{ generation: { strategy: 'attribute_shift' } }])
    const [analyse, write] = requests.map(({ messages }) => messages.at(-1)?.content ?? '')
    expect(analyse).toContain('<kinds>\nattribute_shift\n</kinds>')
    expect(write).toContain('Reference (1): The sea')
    expect(write).not.toContain('Reference (2)')
  })

  test('a row without negatives, and one with what a model wrote before', async () => {
    const bare = { ...ROW, passages: ROW.passages.slice(0, 1) }
    const { requests, decision } = await run(undefined, {}, bare)
    expect(requests[1]?.messages.at(-1)?.content).not.toContain('<references>')
    expect(decision.outcome).toBe('changed')
    const again = {
      ...ROW,
      passages: [...ROW.passages, passage('g', 'negative', TEXTS[0] as string, { origin: 'generated' })],
    }
    const second = await run(undefined, {}, again)
    expect(second.requests[1]?.messages.at(-1)?.content).not.toContain('Lakes of the high')
    expect(codesOf(second.decision)).toEqual(['copies-negative'])
  })

  test('titles where passages of the row have some', async () => {
    const titled = { ...ROW, passages: ROW.passages.map((each) => ({ ...each, title: `On ${each.id}` })) }
    const { decision, stages } = await run(
      (stage, request, call) =>
        stage === 'write' && call === 2 ? writing(request).replaceAll('"text"', '"title":"Colours","text"') : undefined,
      {},
      titled,
    )
    // The first reply had none.
    expect(stages.slice(0, 3)).toEqual(['analyse 1', 'write 1', 'write 1'])
    expect(decision.added?.map(({ title }) => title)).toEqual(['Colours', 'Colours', 'Colours'])
    const [id] = decision.added?.map((each) => [each.id, contentId(each)]) ?? []
    expect(id?.[0]).toBe(id?.[1])
  })

  test('an exempt task is not asked about', async () => {
    const { requests, decision } = await run(undefined, { task: 'argument' })
    expect(requests).toEqual([])
    expect(decision).toMatchObject({ outcome: 'kept', reason: { code: 'exempt' } })
  })

  test('where no critical requirement can be broken by the strategies, nothing is written', async () => {
    const { stages, decision } = await run(undefined, { strategies: ['intent_drift'] })
    expect(stages).toEqual(['analyse 1'])
    expect(decision).toMatchObject({ outcome: 'kept', reason: { code: 'nothing-to-write' } })
  })
})

describe('replies that cannot be read', () => {
  test.each<[string, Reply, string]>([
    ['prose', 'Sorry, I cannot help with that.', 'malformed'],
    ['empty', '', 'empty'],
    ['cut off by its limit', { text: JSON.stringify(ANALYSIS).slice(0, 200), finishReason: 'length' }, 'truncated'],
    ['cut off, and the server says nothing of it', JSON.stringify(ANALYSIS).slice(0, 200), 'incomplete'],
    ['refused', { text: '', refusal: 'no' }, 'refused'],
    ['nothing but thinking', '<think>let me see', 'empty'],
    ['no reply', new MissingReply('it was never asked'), 'no-reply'],
    ['too long for the model', new CallError('too-long', 'it is too long', { remedy: 'split' }), 'too-long'],
  ])('an analysis: %s leaves the row undecided, and nothing is written', async (_name, reply, why) => {
    const { evidence, decision, stages } = await run((stage) => (stage === 'analyse' ? reply : undefined))
    expect(kindsOf(evidence)).toEqual(['unread'])
    expect(new Set(stages)).toEqual(new Set(['analyse 1']))
    expect(stages.length).toBe(reply instanceof Error ? 1 : 2)
    expect(decision).toMatchObject({ outcome: 'undecided', row: ROW, reason: { code: why } })
  })

  test('is asked once more, saying what was wrong', async () => {
    const { requests, decision } = await run((stage, _request, call) =>
      stage === 'analyse' && call === 1 ? JSON.stringify({ ...ANALYSIS, need: '' }) : undefined,
    )
    expect(requests[1]?.messages.at(-1)?.content).toMatch(/could not be used: "need" is missing\. Answer anew/)
    expect(requests[1]?.source.attempt).toBe(2)
    expect(decision.outcome).toBe('changed')
  })

  test('thinking before the answer, a fence and prose around it are passed over', async () => {
    const around = (text: string) => `<think>{"need": 1}</think>Here:\n\`\`\`json\n${text}\n\`\`\`\nDone.`
    const { decision, stages } = await run((stage, request) => around(String(wellDone(stage, request))))
    expect(stages).toHaveLength(5)
    expect(decision.added).toHaveLength(3)
  })

  test('a writing leaves the row undecided', async () => {
    const { decision, stages } = await run((stage) => (stage === 'write' ? 'I would rather not.' : undefined))
    expect(stages).toEqual(['analyse 1', 'write 1', 'write 1'])
    expect(decision).toMatchObject({ outcome: 'undecided', row: ROW, reason: { code: 'malformed' } })
  })

  test('a writing that leaves out a passage twice gives what it has', async () => {
    const { decision } = await run((stage, request) =>
      stage === 'write' ? JSON.stringify({ passages: JSON.parse(writing(request)).passages.slice(1) }) : undefined,
    )
    expect(decision.added).toHaveLength(2)
    expect(decision.discarded).toBeUndefined()
  })

  test.each<[string, Reply]>([
    ['prose', 'Looks good to me.'],
    ['cut off', { text: '{"requirements": [{"number": 1', finishReason: 'length' }],
    ['a requirement left out', verification(['violated', 'holds', 'holds'])],
    ['no word on an attempt', JSON.stringify({ requirements: ['violated', 'holds', 'holds', 'holds'] })],
    ['no reply', new MissingReply('it was never asked')],
  ])('a verification, %s: the passage is not added, the others are', async (_name, reply) => {
    const { decision } = await run((stage, request) =>
      stage === 'verify' && request.messages.at(-1)?.content.includes(TEXTS[1] as string) ? reply : undefined,
    )
    expect(decision.added?.map(({ text }) => text).toSorted()).toEqual([TEXTS[0], TEXTS[2]].toSorted())
    expect(codesOf(decision)).toEqual(['unverified'])
    expect(decision.unread).toHaveLength(1)
  })
})

describe('what is refused', () => {
  test('by gates, each counted by its name, and nobody is asked about it', async () => {
    const texts = ['', POSITIVE, `${TEXTS[2]} This passage does not answer the question.`]
    const { decision, stages } = await run((stage, request) =>
      stage === 'write' ? writing(request, texts) : undefined,
    )
    expect(stages).toEqual(['analyse 1', 'write 1'])
    expect(codesOf(decision)).toEqual(['copies-positive', 'empty', 'meta'])
    expect(decision).toMatchObject({ outcome: 'kept', row: ROW, reason: { code: 'none-accepted' } })
  })

  test('the same text twice counts once', async () => {
    const texts = [TEXTS[0], TEXTS[0], TEXTS[2]] as string[]
    const { decision } = await run((stage, request) => (stage === 'write' ? writing(request, texts) : undefined))
    expect(codesOf(decision)).toEqual(['copies-candidate'])
    expect(decision.added).toHaveLength(2)
  })

  test('what answers, what keeps its target and what is off-topic', async () => {
    const replies = [
      verification(['violated', 'holds', 'holds', 'holds'], true),
      verification(['holds', 'holds', 'holds', 'holds']),
      verification(['violated', 'absent', 'violated', 'holds']),
    ]
    const { decision } = await run((stage, request) => {
      if (stage !== 'verify') return undefined
      return replies[TEXTS.findIndex((text) => request.messages.at(-1)?.content.includes(text))]
    })
    expect(codesOf(decision)).toEqual(['answers', 'off-topic', 'target-holds'])
  })

  const SECOND = TEXTS.map((text) => `In other words than before and anew from its beginning: ${text}`)

  test('is written once more where that is asked for, all in one call, saying what was wrong', async () => {
    const { decision, stages, requests, evidence } = await run(
      (stage, request, call) => {
        if (stage === 'write' && call === 1) return writing(request, ['', TEXTS[1] as string, TEXTS[2] as string])
        if (stage === 'write') return writing(request, SECOND)
        if (stage !== 'verify') return undefined
        const shown = request.messages.at(-1)?.content ?? ''
        if (SECOND.some((text) => shown.includes(text))) return faithful(request)
        return shown.includes(TEXTS[1] as string)
          ? verification(['holds', 'violated', 'holds', 'holds'], true)
          : faithful(request)
      },
      { onFailure: 'rewrite' },
    )
    expect(stages.filter((stage) => stage.startsWith('write'))).toEqual(['write 1', 'write 2'])
    expect(stages.filter((stage) => stage.startsWith('verify'))).toHaveLength(4)
    const again = requests.find(({ source }) => source.stage === 'write' && source.part === '2')
    const shown = again?.messages.at(-1)?.content
    expect(shown).toMatch(/An earlier version was refused, because it attempts an answer: so\. It read: Painters/)
    expect(shown).toContain('An earlier version was refused, because it has no text. It read: ')
    expect(decision.added?.map(({ text }) => text).toSorted()).toEqual([SECOND[0], SECOND[1], TEXTS[2]].toSorted())
    expect(codesOf(decision)).toEqual(['answers', 'empty'])
    expect(evidence.flatMap((item) => (item.kind === 'candidate' ? [item.attempt] : []))).toEqual([1, 1, 1, 2, 2])
  })

  test('a second version may be like its first, but not the same', async () => {
    const like = TEXTS.map((text) => text.replace(/\.$/, ' now.'))
    const attempts = (texts: string[]) =>
      run(
        (stage, request, call) => {
          if (stage === 'write') return writing(request, call === 1 ? TEXTS : texts)
          if (stage !== 'verify') return undefined
          const isSecond = like.some((text) => request.messages.at(-1)?.content.includes(text))
          return isSecond ? faithful(request, like) : verification(['holds', 'holds', 'holds', 'holds'])
        },
        { onFailure: 'rewrite' },
      )
    expect((await attempts(like)).decision.added).toHaveLength(3)
    const same = await attempts(TEXTS)
    expect(codesOf(same.decision)).toEqual([
      ...Array.from({ length: 3 }, () => 'copies-candidate'),
      ...Array.from({ length: 3 }, () => 'target-holds'),
    ])
  })

  test('nothing is written a third time, and what could not be verified is not written again', async () => {
    const hopeless = await run(
      (stage, request, call) => {
        if (stage === 'write') return writing(request, call === 1 ? TEXTS : SECOND)
        return stage === 'verify' ? verification(['holds', 'holds', 'holds', 'holds'], true) : undefined
      },
      { onFailure: 'rewrite' },
    )
    expect(hopeless.stages.filter((stage) => stage.startsWith('write'))).toEqual(['write 1', 'write 2'])
    expect(hopeless.decision).toMatchObject({ outcome: 'kept', reason: { code: 'none-accepted' } })
    const unread = await run((stage) => (stage === 'verify' ? 'hm' : undefined), { onFailure: 'rewrite' })
    expect(unread.stages.filter((stage) => stage.startsWith('write'))).toEqual(['write 1'])
  })

  test('a second writing that cannot be read leaves the first as it was judged', async () => {
    const { decision, evidence } = await run(
      (stage, request, call) => {
        if (stage === 'write') return call === 1 ? writing(request, ['', TEXTS[1] as string, TEXTS[2] as string]) : 'no'
        return undefined
      },
      { onFailure: 'rewrite' },
    )
    expect(decision).toMatchObject({ outcome: 'changed', discarded: [{ code: 'empty' }] })
    expect(decision.added).toHaveLength(2)
    expect(evidence.at(-1)).toMatchObject({ kind: 'unread', stage: 'write', passages: [contentId({ text: '' })] })
  })
})

describe('how much is checked', () => {
  test('--verify none asks no verifier, and needs none', async () => {
    const { stages, decision } = await run(undefined, { verify: 'none', verifier: undefined })
    expect(stages).toEqual(['analyse 1', 'write 1'])
    expect(decision.added).toHaveLength(3)
  })

  test('requirements+judge: one more call, about what the requirements let pass', async () => {
    const { stages, requests, decision } = await run(
      (stage, request) => {
        if (stage === 'judge')
          return '<verdict><better> better: [] </better>, <worse> worse: [Doc (2)] </worse></verdict>'
        if (stage === 'verify' && request.messages.at(-1)?.content.includes(TEXTS[0] as string)) {
          return verification(['violated', 'holds', 'holds', 'holds'], true)
        }
        return undefined
      },
      { verify: 'requirements+judge', judge: 'j' },
    )
    expect(stages.at(-1)).toBe('judge 1')
    const asked = requests.at(-1)
    expect(asked?.model).toBe('j')
    expect(asked?.messages.at(-1)?.content).toMatch(/Ground truth \(1\): Air scatters/)
    expect(asked?.messages.at(-1)?.content.match(/^Doc \(\d\)/gm)).toEqual(['Doc (1)', 'Doc (2)'])
    expect(codesOf(decision)).toEqual(['answers', 'judged-relevant'])
    expect(decision.added).toHaveLength(1)
  })

  test('a judge that cannot be read lets nothing pass', async () => {
    const { decision } = await run((stage) => (stage === 'judge' ? 'fine' : undefined), {
      verify: 'requirements+judge',
    })
    expect(codesOf(decision)).toEqual(['unverified', 'unverified', 'unverified'])
    expect(decision.outcome).toBe('kept')
  })
})

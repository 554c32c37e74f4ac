// The method against scripted replies: what it asks, in which order, and the result.
import { describe, expect, test } from 'vitest'
import {
  ROW,
  TEXTS,
  codesOf,
  kindsOf,
  passage,
  run,
  verification,
  writing,
} from '../../../test/support/scripted-writer.ts'
import { contentId } from '../../rows/ids.ts'

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
    const first = evidence.find(({ kind }) => kind === 'candidate')
    expect(first).toMatchObject({
      passage: contentId(first as never),
      attempt: 1,
      model: 'w',
      prompt: 'causalneg.write@2',
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
    // The first reply had no titles.
    expect(stages.slice(0, 3)).toEqual(['analyse 1', 'write 1', 'write 1'])
    expect(decision.added?.map(({ title }) => title)).toEqual(['Colours', 'Colours', 'Colours'])
    const [id] = decision.added?.map((each) => [each.id, contentId(each)]) ?? []
    expect(id?.[0]).toBe(id?.[1])
  })

  test('a row whose positives have no text is not asked about', async () => {
    const textless = {
      ...ROW,
      passages: ROW.passages.map((each) => (each.label === 'positive' ? { ...each, text: ' ' } : each)),
    }
    const { decision, stages } = await run(undefined, {}, textless)
    expect(stages).toEqual([])
    expect(decision).toMatchObject({
      outcome: 'kept',
      reason: { code: 'exempt', text: expect.stringContaining('no positive has a text') },
    })
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

// The method against unreadable replies and refused passages.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ANALYSIS,
  POSITIVE,
  ROW,
  TEXTS,
  codesOf,
  faithful,
  kindsOf,
  run,
  verification,
  wellDone,
  writing,
  type Reply,
} from '../../../test/support/scripted-writer.ts'
import type { ChatRequest } from '../../llm/chat.ts'
import { CallError, MissingReply } from '../../llm/errors.ts'
import { contentId } from '../../rows/ids.ts'

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
    expect(requests[1]?.messages.at(-1)?.content).toMatch(/could not be used\. Answer in full: one JSON object/)
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

  test('two without text are both empty, and neither copies the other', async () => {
    const texts = ['', '', TEXTS[2] as string]
    const { decision } = await run((stage, request) => (stage === 'write' ? writing(request, texts) : undefined))
    expect(codesOf(decision)).toEqual(['empty', 'empty'])
  })

  test('the same text twice counts once', async () => {
    const texts = [TEXTS[0], TEXTS[0], TEXTS[2]] as string[]
    const { decision } = await run((stage, request) => (stage === 'write' ? writing(request, texts) : undefined))
    expect(codesOf(decision)).toEqual(['copies-candidate'])
    expect(decision.added).toHaveLength(2)
  })

  test('what is nearly the text of one that a gate refused may pass', async () => {
    const texts = [`${TEXTS[1]} (entity_shift)`, TEXTS[1], TEXTS[2]] as string[]
    const { decision } = await run((stage, request) => {
      if (stage === 'write') return writing(request, texts)
      return stage === 'verify' ? faithful(request, texts) : undefined
    })
    expect(codesOf(decision)).toEqual(['meta'])
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

test('whatever is said of what: only what a verification speaks for is added', async () => {
  const good = 'good'
  const said: Record<string, (request: ChatRequest) => Reply> = {
    [good]: (request) => faithful(request),
    attempt: (request) => String(faithful(request)).replace('"attempts_answer":false', '"attempts_answer":true'),
    holds: () => verification(['holds', 'holds', 'holds', 'holds']),
    lost: () => verification(['violated', 'violated', 'absent', 'holds']),
    short: (request) => String(faithful(request)).replace('{"number":4,"why":"w","verdict":"holds"}', '{"number":4}'),
    cut: (request) => ({ text: String(faithful(request)), finishReason: 'length' }),
    half: (request) => String(faithful(request)).slice(0, -9),
    prose: () => 'It violates the first requirement and attempts no answer.',
    empty: () => '',
    refusal: () => ({ text: '', refusal: 'no' }),
    missing: () => new MissingReply('it was never asked'),
  }
  const reply = fc.constantFrom(...Object.keys(said))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(reply, reply), { minLength: 3, maxLength: 3 }), async (drawn) => {
      const asked = TEXTS.map(() => 0)
      const { decision } = await run((stage, request) => {
        if (stage !== 'verify') return undefined
        const which = TEXTS.findIndex((text) => request.messages.at(-1)?.content.includes(text))
        const [first, second] = drawn[which] as [string, string]
        asked[which] = (asked[which] ?? 0) + 1
        return said[asked[which] === 1 ? first : second]?.(request)
      })
      // A readable reply counts, good or bad; an unreadable one is asked for a second time.
      const isRead = (name: string) => ['good', 'attempt', 'holds', 'lost'].includes(name)
      const isAskedAgain = (name: string) => !isRead(name) && !['missing'].includes(name)
      const expected = TEXTS.filter((_text, index) => {
        const [first, second] = drawn[index] as [string, string]
        return first === good || (isAskedAgain(first) && second === good)
      })
      expect((decision.added ?? []).map(({ text }) => text).toSorted()).toEqual(expected.toSorted())
    }),
    { numRuns: 300 },
  )
})

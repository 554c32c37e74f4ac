// CausalNeg for small models: one question a call, answered by a word, a line or a passage; whatever else is said is unread.
import { describe, expect, test } from 'vitest'
import { ANALYSIS, codesOf, kindsOf, passage, ROW, run, TEXTS } from '../../../test/support/scripted-writer.ts'
import type { ChatRequest } from '../../llm/chat.ts'
import { readLine, readLineOrNone, readLines, readWritten } from '../../prompts/few-lines.ts'
import { readFulfilment } from './verification-reply.ts'

const CONDITIONS = ['It names the sky.', 'It names its colour.', 'It names scattering.', 'It names sunlight.']
const within = ({ messages }: ChatRequest, tag: string) =>
  new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(messages.at(-1)?.content ?? '')?.[1] ?? ''

/** Answers well: each text breaks its own condition and attempts nothing. */
function well(stage: string, request: ChatRequest): string {
  const { part } = request.source
  const shown = within(request, 'requirements')
  const condition = [CONDITIONS, ANALYSIS.requirements.map(({ text }) => text)]
    .map((list) => list.indexOf(shown))
    .find((at) => at >= 0)
  if (part === 'requirements') return CONDITIONS.map((line, at) => `${at + 1}. ${line}`).join('\n')
  if (stage === 'analyse') return `A sentence on ${part}.`
  if (stage === 'write') return TEXTS[condition ?? -1] ?? 'NONE'
  if (stage === 'judge' || part.endsWith('.answers')) return 'NOT'
  return TEXTS.findIndex((text) => within(request, 'text').endsWith(text)) === condition ? 'VIOLATED' : 'HOLDS'
}

const SMALL = { promptSet: ['small'] }
type Said = (stage: string, request: ChatRequest) => string | undefined
const small = (said: Said = () => undefined, options: Record<string, unknown> = {}, row = ROW) =>
  run((stage, request) => said(stage, request) ?? well(stage, request), { ...SMALL, ...options }, row)

describe('one question a call', () => {
  test('analysed, written and verified in steps, each with a prompt of its own', async () => {
    const { evidence, requests, decision, stages } = await small(undefined, { verify: 'requirements+judge' })
    expect(stages.slice(0, 7)).toEqual(
      ['need', 'meets', 'boundary', 'requirements', 'how.1', 'how.2', 'how.3'].map((part) => `analyse ${part}`),
    )
    expect(stages.slice(7, 10)).toEqual(['write 1.1', 'write 1.2', 'write 1.3'])
    const verified = stages.filter((stage) => stage.startsWith('verify'))
    expect(verified).toHaveLength(3 * (1 + CONDITIONS.length))
    expect(verified).toContain('verify 2.answers')
    expect(stages.filter((stage) => stage.startsWith('judge'))).toEqual(['judge 1', 'judge 2', 'judge 3'])
    expect(new Set(requests.map(({ source }) => source.prompt))).toEqual(
      new Set([
        'causalneg.analyse.small@1',
        'causalneg.write.small@1',
        'causalneg.verify.small@1',
        'rlhn.judge.small@1',
      ]),
    )
    expect(requests.filter(({ source }) => source.stage !== 'write').every(({ maxTokens }) => maxTokens === 1024)).toBe(
      true,
    )
    expect(kindsOf(evidence)).toEqual([
      'analysis',
      ...Array.from({ length: 3 }, () => 'candidate'),
      ...Array.from({ length: 3 }, () => 'verification'),
      ...Array.from({ length: 3 }, () => 'verdict'),
    ])
    expect(decision.added?.map(({ text }) => text)).toEqual(TEXTS)
  })

  test('each passage says how it is to fall short: the words of the analysis', async () => {
    const { requests } = await small()
    const written = requests.filter(({ source }) => source.stage === 'write')
    expect(written.map((request) => request.messages.at(-1)?.content)).toEqual(
      [1, 2, 3].map((at) => expect.stringContaining(`in this way: A sentence on how.${at}.`)),
    )
  })

  test('a way that does not exist is not written, and without any nothing is', async () => {
    const none = await small((_stage, { source }) => (source.part === 'how.2' ? 'NONE' : undefined))
    expect(none.stages.filter((stage) => stage.startsWith('write'))).toEqual(['write 1.1', 'write 1.2'])
    const nothing = await small((_stage, { source }) => (source.part.startsWith('how') ? 'None.' : undefined))
    expect(nothing.decision).toMatchObject({ outcome: 'kept', reason: { code: 'nothing-to-write' } })
  })

  test('titles stand on the first line where passages of the row have some', async () => {
    const row = {
      ...ROW,
      passages: ROW.passages.map((each) => passage(each.id, each.label, each.text, { title: 'T' })),
    }
    const { decision } = await small(
      (stage, each) => (stage === 'write' ? `Title: **On it**\n${well(stage, each)}` : undefined),
      {},
      row,
    )
    expect(decision.added?.map(({ title }) => title)).toEqual(['On it', 'On it', 'On it'])
  })

  test('refused passages are written once more, each by itself, saying what was wrong', async () => {
    const { requests, decision } = await small(
      (stage, { source }) => (stage === 'verify' && source.part === '1.answers' ? 'RELEVANT' : undefined),
      { onFailure: 'rewrite' },
    )
    const again = requests.filter(({ source }) => source.part.startsWith('2.') && source.stage === 'write')
    expect(again).toHaveLength(1)
    expect(within(again[0] as ChatRequest, 'passages')).toBe(TEXTS[0])
    expect(again[0]?.messages.at(-1)?.content).toContain('was refused, because it attempts an answer')
    expect(decision.added).toHaveLength(2)
  })
})

describe('what cannot be read', () => {
  test.each(['need', 'meets', 'boundary', 'requirements', 'how.2'])('of the analysis, %s: undecided', async (part) => {
    const { decision, requests } = await small((_stage, { source }) => (source.part === part ? 'one\ntwo' : undefined))
    expect(decision).toMatchObject({ outcome: 'undecided' })
    const again = requests.find(({ source }) => source.attempt === 2)
    expect(again?.messages.at(-1)?.content).toMatch(
      /could not be used\. Answer with (?:one|four) .*alone\.$|nothing else\.$/s,
    )
    expect(again?.messages.at(-1)?.content).not.toContain('one\ntwo')
  })

  test('of the passages: the others are used; where there is none, the row is undecided', async () => {
    const silent = (parts: string[]) =>
      small((stage, { source }) => (stage === 'write' && parts.includes(source.part) ? '   ' : undefined))
    expect((await silent(['1.2'])).decision.added).toHaveLength(2)
    expect((await silent(['1.1', '1.2', '1.3'])).decision).toMatchObject({ outcome: 'undecided' })
  })

  test.each(['2.answers', '2.3'])('of a verification, %s: its passage is discarded', async (part) => {
    const { decision } = await small((stage, { source }) =>
      stage === 'verify' && source.part === part ? 'It may be so.' : undefined,
    )
    expect(decision.added).toHaveLength(2)
    expect(codesOf(decision)).toEqual(['unverified'])
  })

  test('of a judge: discarded too; and what it calls relevant', async () => {
    const options = { verify: 'requirements+judge' }
    const odd = await small(
      (_stage, { source: { stage, part } }) => (stage === 'judge' && part === '1' ? 'Maybe' : undefined),
      options,
    )
    expect(codesOf(odd.decision)).toEqual(['unverified'])
    const strict = await small((stage) => (stage === 'judge' ? 'RELEVANT' : undefined), options)
    expect(codesOf(strict.decision)).toEqual(Array.from({ length: 3 }, () => 'judged-relevant'))
  })
})

describe('readers', () => {
  test.each<[string, (text: string) => unknown, string, unknown]>([
    ['a line', readLine, ' It names the sky. ', 'It names the sky.'],
    ['two lines', readLine, 'one\ntwo', undefined],
    ['no words', readLine, '...', undefined],
    ['a long line', readLine, 'x'.repeat(601), undefined],
    ['NONE', (text) => readLineOrNone(text) ?? 'nothing', '**None.**', 'nothing'],
    ['bullets', (text) => readLines(text, 2, 3), '- one\n\n* two', ['one', 'two']],
    ['numbers', (text) => readLines(text, 2, 3), '1. one\n2) two', ['one', 'two']],
    ['too few', (text) => readLines(text, 2, 3), 'one', undefined],
    ['too many', (text) => readLines(text, 2, 3), 'a\nb\nc\nd', undefined],
    ['a line that leads to a list', (text) => readLines(text, 2, 3), 'Here they are:\none\ntwo', undefined],
    ['the same twice', (text) => readLines(text, 2, 3), 'one\nOne', undefined],
    ['a passage', (text) => readWritten(text, false), 'Some text.\n\nMore.', { text: 'Some text.\n\nMore.' }],
    ['a title not asked for', (text) => readWritten(text, false), 'Title: T\nText', { text: 'Text' }],
    ['a title', (text) => readWritten(text, true), '# Title: T\nText', { text: 'Text', title: 'T' }],
    ['no title', (text) => readWritten(text, true), 'Text', undefined],
    ['a title alone', (text) => readWritten(text, true), 'Title: T\n', undefined],
    ['gives up', (text) => readWritten(text, true), 'NONE', { text: '' }],
    ['a word', readFulfilment, 'Violated.', 'violated'],
    ['two words', readFulfilment, 'HOLDS or ABSENT', undefined],
  ])('%s', (_what, read, text, value) => {
    if (value === undefined) expect(() => read(text)).toThrow()
    else expect(read(text)).toEqual(value)
  })
})

test("the set is one for the writer, one for the verifier, one for the judge; a judge that is not named has the verifier's", async () => {
  const prompts = async (options: Record<string, unknown>) => {
    const { requests } = await run(
      (stage, request) => {
        if (request.source.prompt.includes('.small@')) return well(stage, request)
        return stage === 'judge'
          ? '<verdict><better> better: [] </better>, <worse> worse: [] </worse></verdict>'
          : undefined
      },
      { verify: 'requirements+judge', ...options },
    )
    return [...new Set(requests.map(({ source }) => source.prompt))].map((name) => name.replace('causalneg.', ''))
  }
  expect(await prompts({ promptSet: ['paper', 'small'] })).toEqual([
    'analyse@3',
    'write@2',
    'verify.small@1',
    'rlhn.judge.small@1',
  ])
  expect(await prompts({ verifier: 'o3' })).toEqual([
    'analyse@3',
    'write@2',
    'verify.reasoning@1',
    'rlhn.judge.reasoning@1',
  ])
})

test('models that think are asked for no reason of each requirement, nor does a schema demand one', async () => {
  const { requests } = await run(undefined, { promptSet: ['paper', 'reasoning'], constrain: 'json' })
  const verify = requests.find(({ source }) => source.stage === 'verify')
  expect(verify?.messages[0]?.content).toContain('{"requirements": [{"number": n, "verdict": "..."}]')
  expect(JSON.stringify(verify?.format)).not.toContain('"number":{"type":"integer","minimum":1,"maximum":4},"why"')
})

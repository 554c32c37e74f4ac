// ARHN for small models: one passage and one step a call, then two texts a call; and how long an extraction may be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Ask, ChatReply, ChatRequest } from '../../llm/chat.ts'
import { readOptions } from '../../options/options.ts'
import type { Row } from '../../rows/row.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { arhnDefinition } from './definition.ts'
import { ARHN_GATHER_OPTIONS } from './options.ts'
import { ARHN_POLICY_DEFAULTS, arhnPolicy, type ArhnPolicyOptions } from './policy.ts'

const passage = (text: string, label: 'positive' | 'negative' = 'negative') =>
  ({ id: text.split(' ')[0] as string, text, label, origin: 'given' }) as const
/** Texts begin with their ids; those with a grade answer, and the higher is better. */
const row: Row = {
  id: 'r',
  query: 'what is it?',
  passages: [
    passage('p1 holds grade 2 within.', 'positive'),
    passage('p2 holds grade 4 within.', 'positive'),
    passage('n1 holds grade 5 within.'),
    passage('n2 holds grade 3 within.'),
    passage('n3 holds grade 1 within.'),
    passage('n4 holds nothing.'),
  ],
}

const lastOf = ({ messages }: ChatRequest) => messages.at(-1)?.content ?? ''
const gradeIn = (prompt: string, tag: string) =>
  Number(new RegExp(`<${tag}>\\n[^<]*?grade (\\d)`).exec(prompt)?.[1] ?? 0)

/** Answers every question rightly. */
function right(request: ChatRequest): string {
  const prompt = lastOf(request)
  if (!prompt.includes('<first>')) return /<passage>\n[^<]*?(grade \d)/.exec(prompt)?.[1] ?? 'NO_ANSWER'
  const [first, second] = [gradeIn(prompt, 'first'), gradeIn(prompt, 'second')]
  return first === second ? 'EQUAL' : first > second ? 'FIRST' : 'SECOND'
}

async function gathered(
  options: Record<string, unknown>,
  reply: (request: ChatRequest) => string | ChatReply = right,
  of: Row = row,
) {
  const requests: ChatRequest[] = []
  const answer = (request: ChatRequest): ChatReply => {
    const said = reply(request)
    return typeof said === 'string' ? { text: said, finishReason: 'stop' } : said
  }
  const ask: Ask = Object.assign(
    async (asked: ChatRequest[]) => {
      requests.push(...asked)
      return asked.map(answer)
    },
    { again: async () => undefined },
  )
  const read = readOptions(ARHN_GATHER_OPTIONS, { judge: 'm', task: 'web-search', ...options })
  const plan = arhnDefinition.plan({ ...read, ...arhnDefinition.choose?.(read, true) })
  const identities = Object.fromEntries(plan.stages.map(({ stage }) => [stage, 'm']))
  const evidence = await plan.create(identities)(of, ask)
  const ofStage = (stage: string) => requests.filter(({ source }) => source.stage === stage)
  return { evidence, extractions: ofStage('extract'), ranks: ofStage('rank') }
}

const SMALL = { promptSet: ['small'] }
const above = (evidence: Evidence[], options: Partial<ArhnPolicyOptions> = {}) =>
  arhnPolicy({ ...ARHN_POLICY_DEFAULTS, ...options })(row, evidence)
    .changes.filter(({ to }) => to === 'positive')
    .map(({ passage: { id } }) => id)

describe('small models', () => {
  test('are shown one passage a call after two worked examples, whatever --passages-per-call says', async () => {
    const { extractions } = await gathered({ ...SMALL, passagesPerCall: 4 })
    expect(extractions).toHaveLength(row.passages.length)
    for (const { messages, source } of extractions) {
      expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user'])
      expect(messages.findLast(({ role }) => role === 'assistant')?.content).toBe('NO_ANSWER')
      expect(messages.map(({ content }) => content).join('\n')).not.toMatch(/\[\d+\]|\(\d+\)/)
      expect(source.prompt).toBe('arhn.extract.small@1')
    }
  })

  test('compare each candidate with each positive in two orders, and every anchor can be chosen afterwards', async () => {
    const { evidence, ranks } = await gathered(SMALL)
    // Three candidates that answer, two positives, two orders.
    expect(ranks).toHaveLength(12)
    expect(new Set(ranks.map(({ source }) => source.part)).size).toBe(12)
    const firsts = ranks.map((request) => /<first>\n(\w+)/.exec(lastOf(request))?.[1] ?? '')
    expect(firsts.filter((id) => id.startsWith('n'))).toHaveLength(6)
    expect(above(evidence)).toEqual(['n1'])
    expect(above(evidence, { anchor: 'worst' })).toEqual(['n1', 'n2'])
    expect(above(evidence, { anchor: 'first' })).toEqual(['n1', 'n2'])
  })

  test.each(['FIRST', 'SECOND', 'EQUAL'])('that always say %s promote nothing', async (word) => {
    const { evidence } = await gathered(SMALL, (request) =>
      lastOf(request).includes('<first>') ? word : right(request),
    )
    for (const anchor of ['best', 'worst', 'first'] as const) expect(above(evidence, { anchor })).toEqual([])
  })

  test('one comparison that cannot be read leaves the row undecided', async () => {
    const odd = (request: ChatRequest) => (/<first>\nn3|<second>\nn3/.test(lastOf(request)) ? 'both' : right(request))
    const { evidence, ranks } = await gathered(SMALL, odd)
    expect(arhnPolicy()(row, evidence)).toMatchObject({ outcome: 'undecided', reason: { code: 'malformed' } })
    // Asked once more, with a rule that quotes nothing.
    expect(lastOf(ranks.findLast(({ source }) => source.attempt === 2) as ChatRequest)).toMatch(
      /could not be used\. Answer with FIRST, with SECOND or with EQUAL alone\.$/,
    )
  })

  test('--votes takes the mean of the words', async () => {
    const torn = (request: ChatRequest) => (request.sample === 0 ? 'EQUAL' : right(request))
    const { evidence, ranks } = await gathered({ ...SMALL, votes: 3 }, (request) =>
      lastOf(request).includes('<first>') ? torn(request) : right(request),
    )
    expect(ranks).toHaveLength(36)
    expect(above(evidence)).toEqual(['n1'])
  })

  test('look for one step of a question at a time', async () => {
    const steps = (request: ChatRequest) =>
      request.source.stage === 'steps' ? 'Step 1: What is one? | [1]\nStep 2: What is two? | [2]' : right(request)
    const { evidence, extractions } = await gathered({ ...SMALL, task: 'multi-hop' }, steps)
    expect(extractions).toHaveLength(2 * row.passages.length)
    expect(extractions.map((request) => /<query>\n(.*)/.exec(lastOf(request))?.[1])).toContain('What is two?')
    expect(evidence.filter((item) => item.kind === 'rank').map(({ step }) => step)).toContain(2)
  })

  test('answer with words, which have no form to be held to', async () => {
    await expect(gathered({ ...SMALL, constrain: 'json' })).rejects.toThrow('the prompt set small asks for none')
  })
})

test('passages that share a call are shown in a drawn order, but for recorded replies and the former wording', async () => {
  const shownBy = async (options: Record<string, unknown>) => {
    const { extractions } = await gathered({ passagesPerCall: 6, ...options }, () => 'nothing')
    return [...lastOf(extractions[0] as ChatRequest).matchAll(/^\[\d\] (\w+)/gm)].map(([, id]) => id)
  }
  const inRow = row.passages.map(({ id }) => id)
  const drawn = await shownBy({})
  expect(drawn).not.toEqual(inRow)
  expect(drawn.toSorted()).toEqual(inRow.toSorted())
  expect(await shownBy({ promptSet: ['paper@1'] })).toEqual(inRow)
  expect(await shownBy({ judge: 'replay:x' })).toEqual(inRow)
})

describe('an extraction', () => {
  test('by a prompt of the user has the limit of the run, as before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winnow-prompts-'))
    writeFileSync(join(folder, 'arhn.extract.md'), '{{query}}\n<passage>\n{{passage}}\n</passage>')
    const { extractions, ranks } = await gathered({ ...SMALL, prompts: folder })
    rmSync(folder, { recursive: true })
    expect(extractions.map(({ maxTokens }) => maxTokens)).toEqual(row.passages.map(() => 2048))
    expect(extractions[0]?.messages).toHaveLength(1)
    expect(ranks[0]?.source.prompt).toBe('arhn.rank.small@1')
  })

  const limits = async (options: Record<string, unknown>) =>
    (await gathered(options)).extractions.map(({ maxTokens }) => maxTokens)

  test('is no longer than its passage has bytes and a frame, but where a model thinks', async () => {
    const bytes = row.passages.map(({ text }) => Buffer.byteLength(text) + 32)
    expect(await limits({})).toEqual(bytes)
    expect(await limits(SMALL)).toEqual(bytes)
    expect(await limits({ maxTokens: 40 })).toEqual(bytes.map((each) => Math.min(each, 40)))
    for (const options of [{ judge: 'o3' }, { promptSet: ['paper@1'] }, { judge: 'Qwen3-4B' }]) {
      expect(await limits(options)).toEqual(bytes.map(() => 2048))
    }
    expect(await limits({ judge: 'Qwen3-4B', noThink: true })).toEqual(bytes)
  })

  test.each([
    ['in the text', { text: '<think> It may be that', finishReason: 'length' }],
    ['beside it', { text: '', reasoning: 'It may be that', finishReason: 'length' }],
  ])('whose limit was used up by thoughts %s is asked for with that of the run', async (_where, cut) => {
    const { evidence, extractions } = await gathered({}, (request) =>
      request.source.stage === 'extract' && request.maxTokens < 2048 ? cut : right(request),
    )
    expect(extractions.at(-1)?.maxTokens).toBe(2048)
    expect(evidence.filter((item) => item.kind === 'unread' && item.stage === 'extract')).toEqual([])
  })

  test('that is cut among words is unread, and not asked for at any length', async () => {
    const { evidence, extractions } = await gathered({}, () => ({ text: 'grade 2 and on', finishReason: 'length' }))
    expect(evidence).toHaveLength(row.passages.length)
    expect(evidence).toContainEqual(expect.objectContaining({ kind: 'unread', why: 'truncated' }))
    expect(Math.max(...extractions.map(({ maxTokens }) => maxTokens))).toBeLessThan(200)
  })
})

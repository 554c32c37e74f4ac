// A find becomes a positive only if another order of showing finds it again: rlhn and arhn, from the calls to the explanation.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { clean, planClean } from '../src/commands/clean/clean.ts'
import { explain } from '../src/browse/explain.ts'
import { explainPage } from '../src/commands/explain/page.ts'
import { apply } from '../src/job/apply.ts'
import type { CleanOptions } from '../src/job/job.ts'
import type { ChatModel, ChatRequest, Completion } from '../src/llm/chat.ts'
import { summaryOf } from '../src/terminal/summary/summary.ts'
import { answer } from './support/answers.ts'
import { readJsonl, writeJsonl } from './support/files.ts'
import { gradedReply, gradedRows, regraded } from './support/graded.ts'
import { ledgerOf } from './support/own-parts.ts'
import { cleaned, makeRows, replyWith, rightReply, shownIn, type SyntheticRow } from './support/synthetic.ts'
import { place } from './support/two-models.ts'

type Reply = (request: ChatRequest) => string

/** A model in this program that answers by a function and keeps what it was asked. */
class Model implements ChatModel {
  readonly identity = 'house'
  readonly endpoint = 'in this program'
  readonly requests: ChatRequest[] = []
  readonly #reply: Reply

  constructor(reply: Reply) {
    this.#reply = reply
  }

  async complete(request: ChatRequest): Promise<Completion> {
    this.requests.push(request)
    return { reply: { text: this.#reply(request), finishReason: 'stop' } }
  }

  get stages() {
    return this.requests.map(({ source: { stage } }) => stage)
  }
}

interface Change {
  to: string
  stage: string
  verdict: string
  reason: string
}

const changesOf = (out: string) => readJsonl<Change>(out.replace('.jsonl', '.changes.jsonl'))

async function run(rows: readonly SyntheticRow[], reply: Reply, options: Partial<CleanOptions> = {}) {
  const { input, out } = place([...rows])
  const judge = new Model(reply)
  const again = (more: Partial<CleanOptions> = {}) => clean(input, { out, judge, ...options, ...more })
  const manifest = await again()
  return {
    input,
    out,
    judge,
    again,
    manifest,
    written: () => readJsonl<SyntheticRow>(out),
    changes: () => changesOf(out),
  }
}

/** Calls the first document better, whatever it says. */
const FIRST: Reply = () => replyWith([1], [])
const SMALL = { promptSet: ['small'] } as const
const garbledTwice: Reply = (request) => (request.source.stage === 'confirm' ? 'I cannot say.' : rightReply(request))

describe('rlhn', () => {
  test('shows rows with a find again, reversed, and believes what is found again', async () => {
    const rows = makeRows(14)
    const { judge, manifest, written, again } = await run(rows, rightReply)
    expect(written()).toEqual(rows.map(cleaned))
    const better = rows.filter(({ neg }) => neg.some((text) => text.endsWith('#better'))).length
    expect(judge.stages.filter((stage) => stage === 'confirm')).toHaveLength(better)
    for (const request of judge.requests.filter(({ source: { stage } }) => stage === 'confirm')) {
      const first = judge.requests.find(({ source: { row, stage } }) => row === request.source.row && stage === 'judge')
      expect(shownIn(request)).toEqual(shownIn(first as ChatRequest).toReversed())
    }
    expect(manifest.confirmation).toEqual({ orders: 1, rows: better, confirmed: better, unconfirmed: 0, leftOut: null })
    expect(summaryOf(manifest)).toContain(
      `confirmation: ${better} rows shown again in the opposite order: ${better} finds confirmed, 0 not`,
    )
    const asked = judge.requests.length
    await again()
    expect(judge.requests).toHaveLength(asked)
  })

  test('takes what goes by its place out of the negatives, says why, and makes it no positive', async () => {
    const rows = makeRows(6)
    const { manifest, written, changes, out } = await run(rows, FIRST)
    expect(manifest.confirmation).toMatchObject({ confirmed: 0, unconfirmed: 6 })
    expect(written().map(({ pos, neg }) => [pos.length, neg.length])).toEqual(rows.map(() => [1, 3]))
    for (const { to, stage, verdict, reason } of changes()) {
      expect([to, stage, verdict]).toEqual(['ignored', 'judge', 'better'])
      expect(reason).toMatch(/^not confirmed in another order: STRICTLY BETTER/)
    }
    const explanation = await explain(out, 'line:1')
    const page = explainPage(explanation, { width: 100, heading: String, faint: String, marked: String }, false).join(
      '\n',
    )
    expect(page).toMatch(/judge +better, strictly: /)
    expect(page).toMatch(/confirm +irrelevant/)
    expect(explanation.calls?.map(({ stage }) => stage)).toEqual(['judge', 'confirm'])
  })

  test('decides again for nothing: with the presets of the paper, and without confirmation', async () => {
    const { input, out, judge } = await run(makeRows(6), FIRST)
    const asked = judge.requests.length
    for (const options of [{ preset: 'rlhn-text' }, { confirm: 0 }] as const) {
      const other = out.replace('out.', 'other.')
      const { passages, confirmation } = await apply(input, { out: other, ledger: ledgerOf(out), ...options })
      expect(passages).toMatchObject({ relabelled: { judge: 6 }, removed: {} })
      expect(confirmation).toBeNull()
    }
    const kept = await apply(input, { out, ledger: ledgerOf(out), better: 'keep' })
    expect(kept.passages).toMatchObject({ relabelled: {}, removed: {} })
    expect(judge.requests).toHaveLength(asked)
    await expect(apply(input, { out, ledger: ledgerOf(out), confirm: 2 })).rejects.toThrow(
      '--confirm 2: the run asked in 1 further order',
    )
  })

  test('leaves a row undecided whose confirmation cannot be read', async () => {
    const rows = makeRows(6)
    const { manifest, written, judge } = await run(rows, garbledTwice)
    const isFound = ({ neg }: SyntheticRow) => neg.some((text) => text.endsWith('#better'))
    expect(written()).toEqual(rows.map((row) => (isFound(row) ? row : cleaned(row))))
    const found = rows.filter(isFound).length
    expect(manifest.rows.outcomes.undecided).toBe(found)
    expect(manifest.confirmation).toMatchObject({ rows: 0, confirmed: 0, unconfirmed: 0 })
    // Each is asked for once more, as any reply is.
    expect(judge.stages.filter((stage) => stage === 'confirm')).toHaveLength(2 * found)
  })

  test('with --confirm 2 both further orders must find it', async () => {
    const row = { query: 'q', pos: ['p'], neg: ['a #better', 'b #none', 'c #none', 'd #none', 'e #none'] }
    const inThird: Reply = (request) => {
      const { stage, part } = request.source
      return stage === 'confirm' && part.startsWith('3.') ? replyWith([], []) : rightReply(request)
    }
    const right = await run([row], rightReply, { confirm: 2 })
    expect(right.judge.stages).toEqual(['judge', 'confirm', 'confirm'])
    expect(right.manifest.passages.relabelled).toEqual({ judge: 1 })
    const wrong = await run([row], inThird, { confirm: 2 })
    expect(wrong.manifest.passages).toMatchObject({ relabelled: {}, removed: { judge: 1 } })
  })

  test.each<[string, Partial<CleanOptions>]>([
    ['--confirm 0', { confirm: 0 }],
    ['an action that makes nothing positive', { better: 'remove' }],
    ['a preset of the paper', { preset: 'rlhn-code' }],
  ])('asks nothing again with %s', async (_what, options) => {
    const { judge, manifest } = await run(makeRows(6), rightReply, options)
    expect(judge.stages).toEqual(Array.from({ length: 6 }, () => 'judge'))
    expect(manifest.confirmation).toBeNull()
  })

  test('asks only about the calls that hold a find', async () => {
    const row = { query: 'q', pos: ['p'], neg: ['a #none', 'b #none', 'c #better', 'd #none'] }
    const { judge } = await run([row], rightReply, { maxPassages: 2, beyond: 'judge' })
    const confirming = judge.requests.filter(({ source: { stage } }) => stage === 'confirm')
    expect(confirming.map((request) => shownIn(request).toSorted())).toEqual([['c #better', 'd #none']])
  })

  test('the small prompts compare again with the two texts the other way round', async () => {
    const row = { query: 'q', pos: ['p'], neg: ['a good one', 'another'] }
    const always = (word: string) => (request: ChatRequest) =>
      request.source.part.includes('compared') ? word : 'RELEVANT'
    const torn = await run([row], always('FIRST'), SMALL)
    expect(torn.manifest.passages.relabelled).toEqual({})
    expect(torn.manifest.confirmation?.confirmed).toBe(0)
    const even = await run([row], always('EQUAL'), { ...SMALL, whenNoNegativesLeft: 'keep' })
    expect(even.manifest.confirmation).toMatchObject({ confirmed: 2, unconfirmed: 0 })
    const confirming = even.judge.requests.filter(({ source: { stage } }) => stage === 'confirm')
    expect(confirming.map(({ source: { part } }) => part)).toEqual(['2.1.compared', '2.2.compared'])
  })

  test('is counted in a dry run', async () => {
    const { input } = place(makeRows(100))
    const { stages } = await planClean(input, { judge: new Model(rightReply), noCheck: true })
    expect(stages).toMatchObject([
      { stage: 'judge', calls: { low: 100, high: 100 } },
      { stage: 'confirm', calls: { low: 3, high: 67 } },
    ])
  })
})

describe('arhn', () => {
  const ARHN = { method: 'arhn', task: 'web-search' } as const

  test('ranks again, reversed, where a negative ranks above the positive', async () => {
    const rows = gradedRows(12)
    const { judge, manifest, written } = await run(rows, (request) => gradedReply(request), ARHN)
    expect(written()).toEqual(rows.map(regraded))
    const again = judge.requests.filter(({ source: { stage } }) => stage === 'confirm')
    expect(again.length).toBeGreaterThan(0)
    expect(again.length).toBeLessThan(judge.stages.filter((stage) => stage === 'rank').length)
    expect(manifest.confirmation).toMatchObject({ rows: again.length, unconfirmed: 0 })
  })

  const ROWS = [1, 2, 3, 4].map((at) => ({
    query: `q${at}`,
    pos: [`it is x1 in ${at}`],
    neg: [`it is x2 in ${at}`, `it is x3 in ${at}`, `nothing of it in ${at}`],
  }))
  /** Ranks the candidates as they are shown. */
  const inOrder: Reply = (request) => {
    let at = 0
    return answer(request, { answerIn: (_query, text) => /x\d/.exec(text)?.[0], place: () => (at += 1) })
  }

  test('takes what ranks above in one order alone out of the negatives, and says why', async () => {
    const { manifest, changes, input, out, judge } = await run(ROWS, inOrder, ARHN)
    expect(manifest.passages.relabelled).toEqual({})
    const found = changes().filter(({ stage }) => stage === 'rank')
    expect(found.length).toBeGreaterThan(0)
    for (const { to, reason } of found)
      expect([to, reason]).toEqual(['ignored', expect.stringMatching(/^not confirmed/)])
    const asked = judge.requests.length
    const other = { out: out.replace('out.', 'other.'), ledger: ledgerOf(out) }
    expect((await apply(input, { ...other, confirm: 0 })).passages.relabelled).toEqual({ rank: found.length })
    expect((await apply(input, { ...other, action: 'filter' })).passages.relabelled).toEqual({})
    expect(judge.requests).toHaveLength(asked)
  })

  test('asks for no further order where there are two, and none to filter', async () => {
    for (const more of [{ permutations: 2 }, { action: 'filter' }] as const) {
      expect((await run(ROWS, inOrder, { ...ARHN, ...more })).judge.stages).not.toContain('confirm')
    }
  })

  test('leaves a row undecided whose further ranking cannot be read', async () => {
    const reply: Reply = (request) => (request.source.stage === 'confirm' ? 'hm' : inOrder(request))
    const { manifest, written, judge } = await run(ROWS, reply, ARHN)
    const asked = judge.requests.flatMap(({ source: { stage, query } }) => (stage === 'confirm' ? [query] : []))
    const undecided = ROWS.filter(({ query }) => asked.includes(query))
    expect(undecided.length).toBeGreaterThan(0)
    expect(manifest.rows.outcomes.undecided).toBe(undecided.length)
    expect(written().filter(({ query }) => asked.includes(query))).toEqual(undecided)
  })
})

test('recorded replies hold no further order: it is left out, and told', async () => {
  const { input, out, judge } = await run(makeRows(3), rightReply, { confirm: 0 })
  const replies = judge.requests.map((request) => ({ query: request.source.query, response: rightReply(request) }))
  const recording = writeJsonl(input.replace('rows.', 'replies.'), replies)
  const other = out.replace('out.', 'replayed.')
  const replayed = await clean(input, { out: other, judge: `replay:${recording}`, shuffle: 1 })
  expect(replayed.confirmation).toMatchObject({ orders: 0, leftOut: 'recorded replies are to one order only' })
  expect(summaryOf(replayed)).toContain('confirmation: skipped: recorded replies are to one order only')
  expect(readFileSync(other, 'utf8')).toBe(readFileSync(out, 'utf8'))
})

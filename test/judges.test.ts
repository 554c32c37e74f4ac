// winnow judges, end to end: what judges say of labelled passages, what it costs, what is proposed; what cannot be used is refused.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { apply } from '../src/job/apply.ts'
import { judges } from '../src/commands/judges/judges.ts'
import type { JudgeReport, JudgesReport } from '../src/commands/judges/report.ts'
import { startChatServer, type ChatServer, type SeenRequest } from './support/chat-server.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { placeGold } from './support/judging.ts'
import { runWinnow } from './support/run-winnow.ts'
import { replyWith, rightReply, shownIn } from './support/synthetic.ts'

/** `right` is never wrong; `wild` calls every third passage better; `second` likes what stands second; `mute` says nothing. */
function reply(request: SeenRequest): string {
  const shown = shownIn(request)
  if (request.model === 'right' || request.model === 'dear') return rightReply(request)
  if (request.model === 'second') return replyWith([2], [])
  if (request.model === 'mute') return ''
  // Finds every row that holds something, and takes too much of it.
  if (request.model === 'eager')
    return replyWith([], shown.some((text) => !text.endsWith('#none')) ? shown.map((_text, at) => at + 1) : [])
  if (request.model === 'always')
    return replyWith(
      [],
      shown.map((_text, at) => at + 1),
    )
  return replyWith(
    shown.flatMap((text, at) =>
      [...text].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 3 === 0 ? [at + 1] : [],
    ),
    [],
  )
}

let server: ChatServer
beforeAll(async () => {
  server = await startChatServer({ reply: (request) => ({ text: reply(request) }) })
})
afterAll(() => server.close())
beforeEach(() => (server.requests.length = 0))

const model = (name: string) => `${name}@${server.url}`
const PRICES = [
  'right=1/1',
  'dear=10/10',
  'wild=0.1/0.1',
  'second=0.1/0.1',
  'mute=0.1/0.1',
  'eager=0.1/0.1',
  'always=0.1/0.1',
]
const named = ({ judges: all }: JudgesReport, name: string) =>
  all.find((judge) => judge.name.startsWith(`${name}@`) || judge.name === name) as JudgeReport

describe('winnow judges', () => {
  it('tells a good judge from a bad one, what each costs, and what it can be trusted to do', async () => {
    const { input, gold, folder } = placeGold(100)
    const html = join(folder, 'judges.html')
    const judge = ['right', 'wild', 'dear'].map(model)
    const report = await judges(input, { judge, gold, price: PRICES, html })
    const [right, wild, dear] = ['right', 'wild', 'dear'].map((name) => named(report, name)) as [
      JudgeReport,
      JudgeReport,
      JudgeReport,
    ]
    expect(report.sample).toMatchObject({ passages: 400, rows: 100 })
    for (const { figures } of [right, dear]) expect([figures.f1.value, figures.kappa.value]).toEqual([1, 1])
    expect(wild.figures.kappa.low).toBeLessThan(0.1)
    expect(right.verdicts.map(({ verdict, action }) => [verdict, action])).toEqual([
      ['better', 'relabel'],
      ['worse', 'remove'],
    ])
    expect(wild.verdicts.map(({ action }) => action)).not.toContain('relabel')
    expect(dear.usdPerThousand).toBeCloseTo(10 * (right.usdPerThousand as number), 9)
    expect(right.secondsPerThousand).toBeGreaterThan(0)
    expect([right.made, right.found, right.unread.hits]).toEqual([100, 0, 0])
    expect(report.pairs.map(({ kappa }) => kappa)[1]).toBe(1)
    expect(report.proposal).toMatchObject({ judge: right.name, screen: null })
    expect(report.proposal.command).toBe(
      `winnow clean ${input} --out cleaned.jsonl --judge ${right.model} --better relabel --worse remove`,
    )
    const page = readFileSync(html, 'utf8')
    expect(page).toContain('F1 against cost')
    expect(page).not.toMatch(/<script|href=|src=|url\(/)
  })

  it('puts a cheap screen before a dear judge where that saves something, and no screen that sends everything on', async () => {
    const { input, gold } = placeGold(100)
    const ask = (judge: string[]) => judges(input, { judge: judge.map(model), gold, price: PRICES })
    const { proposal } = await ask(['dear', 'eager', 'always'])
    expect([proposal.judge, proposal.screen]).toEqual([model('dear'), model('eager')])
    expect(proposal.command).toContain(`--screen ${model('eager')} --judge ${model('dear')}`)
    expect(proposal.reasons.find((reason) => reason.startsWith('Screen:'))).toMatch(
      /sends on 80% of the rows, with 1\.000/,
    )
    expect((await ask(['dear', 'always'])).proposal.screen).toBeNull()
  })

  it('asks as clean asks: what is in its ledger is free, and apply is not confused by the run', async () => {
    const { input, gold, folder } = placeGold(20)
    const ledger = join(folder, '.winnow/ledger.db')
    const out = join(folder, 'out.jsonl')
    const cleaned = await runWinnow(['clean', input, '--out', out, '--judge', model('right'), '--quiet'])
    expect(cleaned.code, cleaned.stderr).toBe(0)
    const calls = server.requests.length
    const report = await judges(input, { judge: [model('right')], gold, price: PRICES })
    expect([server.requests.length, named(report, 'right').made, named(report, 'right').found]).toEqual([calls, 0, 20])
    // What the replies cost then is unknown: clean was told no price.
    expect(named(report, 'right').usdPerThousand).toBeNull()
    await expect(apply(input, { out, ledger, preset: 'rlhn-code' })).resolves.toMatchObject({ method: 'rlhn' })
  })

  it('resumes for nothing, stays under its cap over all judges, and says where it stands', async () => {
    const { input, gold } = placeGold()
    const judge = ['wild', 'right'].map(model)
    const ask = (maxUsd: number) => judges(input, { judge, gold, price: PRICES, maxUsd, concurrency: 2 })
    const stopped = await ask(0.03).catch((error: unknown) => error)
    expect(String((stopped as Error).message)).toMatch(
      /cap of \$0\.0300 is reached[\s\S]*was asked about \d+ of 60 rows/,
    )
    const before = server.requests.length
    expect(before).toBeGreaterThan(0)
    const report = await ask(5)
    expect(server.requests.length).toBe(120)
    expect(named(report, 'wild').found + named(report, 'right').found).toBe(before)
    const again = await ask(5)
    expect([server.requests.length, named(again, 'right').made]).toEqual([120, 0])
    expect(named(again, 'right').figures).toEqual(named(report, 'right').figures)
  })

  it('says in a dry run what each would be asked and might cost, and sends nothing', async () => {
    const { input, gold } = placeGold()
    const judge = ['--judge', model('right'), '--judge', model('free'), '--judge', 'bm25']
    const ran = await runWinnow(['judges', input, '--gold', gold, ...judge, '--price', 'right=1/1', '--dry-run'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stdout).toContain('60 rows with 240 gold passages would be shown to each judge:')
    expect(ran.stdout).toMatch(/right@\S+: 60 calls · about \$0\.\d+, never more than \$0\.\d+ before re-asks/)
    expect(ran.stdout).toMatch(/free@\S+: 60 calls · cost unknown/)
    expect(ran.stdout).toContain('bm25: no calls')
    expect(server.requests).toEqual([])
  })

  it('finds a judge that likes a position, and one that says nothing', async () => {
    const { input, gold } = placeGold()
    const report = await judges(input, { judge: ['second', 'mute'].map(model), gold, price: PRICES })
    expect(named(report, 'second').positionBias?.p).toBeLessThan(1e-6)
    expect(named(report, 'mute').unread).toMatchObject({ hits: 240, of: 240 })
    expect(named(report, 'mute').figures.f1.value).toBeNull()
    expect(report.proposal.judge).toBeNull()
    expect(report.proposal.reasons[0]).toMatch(/^None of these judges is told from chance/)
  })

  it('draws a sample of whole rows by seed, and asks every judge about the same one', async () => {
    const { input, gold } = placeGold()
    const report = await judges(input, { judge: ['right', 'wild'].map(model), gold, n: 40, price: PRICES })
    expect(report.sample.rows).toBeLessThan(15)
    expect(server.requests.length).toBe(2 * report.sample.rows)
    expect(named(report, 'right').figures.f1.value).toBe(1)
  })

  it('compares with recorded labels, scores of a run and BM25, whose costs are unknown or nothing', async () => {
    const { input, labels, gold, folder, rows } = placeGold()
    const recorded = writeJsonl(
      join(folder, 'recorded.jsonl'),
      labels
        .slice(1)
        .map((label, index) => ({ ...label, relevant: index % 10 === 0 ? !label.relevant : label.relevant })),
    )
    const run = join(folder, 'scores.run')
    const lines = rows.flatMap(({ query_id: query, negative_passages: negatives }) =>
      negatives.map(
        ({ docid, text }, at) => `${query} Q0 ${docid} ${at + 1} ${text.endsWith('#none') ? at / 10 : 5} tag`,
      ),
    )
    writeFileSync(run, `${lines.join('\n')}\n`)
    const judge = [`labels:${recorded}`, `run:${run}`, 'bm25']
    const env = { WINNOW_CACHE: join(folder, 'cache') }
    const report = await judges(input, { judge, gold }, { env })
    const [given, scored, bm25] = report.judges as [JudgeReport, JudgeReport, JudgeReport]
    expect([given.name, scored.name, bm25.name]).toEqual(['labels:recorded.jsonl', 'run:scores.run', 'bm25'])
    expect(given.unread.hits).toBe(1)
    expect(given.usdPerThousand).toBeNull()
    expect(scored.figures.f1.value).toBe(1)
    expect(scored.threshold?.value).toBeCloseTo(2.65, 9)
    expect(bm25.usdPerThousand).toBe(0)
    expect(existsSync(join(folder, '.winnow'))).toBe(false)
  })

  it('asks a reranker for scores and chooses its threshold on the other half of the rows', async () => {
    const { input, gold } = placeGold()
    const reranker = await startChatServer({
      reply: ({ messages }) => ({
        text: JSON.stringify(messages.slice(1).map(({ content }) => (content.endsWith('#none') ? 0.1 : 0.9))),
      }),
    })
    const report = await judges(input, { judge: [`rr@${reranker.url}/rerank`], gold })
    await reranker.close()
    const [judge] = report.judges as [JudgeReport]
    expect(judge.kind).toBe('scorer')
    expect(judge.figures.f1.value).toBe(1)
    expect(judge.threshold).toMatchObject({ isGiven: false, halves: [0.5, 0.5] })
    expect(report.proposal.command).toBeNull()
  })

  it('says which ids are in no row, and what nobody is asked about', async () => {
    const { input, folder, labels } = placeGold(10)
    const gold = writeJsonl(join(folder, 'other.jsonl'), [
      ...labels,
      { row: 'nowhere', passage: 'x', relevant: true },
      { row: 'q1', passage: 'nobody', relevant: true },
      { row: 'q1', passage: 'p1', relevant: true },
      { ...labels[0], who: 'bo', relevant: labels[0]?.relevant === false },
    ])
    const ran = await runWinnow(['judges', input, '--gold', gold, '--judge', model('right'), '--quiet'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toContain(`1 row id of the gold is not in ${input} (first: "nowhere")`)
    expect(ran.stderr).toContain('1 passage id of the gold is not in its row (first: "nobody" of row "q1")')
    expect(ran.stderr).toContain('1 gold passage not asked about: no negative of its row')
    expect(ran.stderr).toContain('1 gold passage not asked about: disputed: as many assessors say relevant as not')
    expect(ran.stdout).toContain('39 gold passages in 10 rows')
    expect(ran.stdout).toContain('by 2 assessors')
  })

  it('prints one JSON document, whose options repeat the run and hold no password', async () => {
    const { input, gold } = placeGold(10)
    const judge = model('right').replace('http://', 'http://user:hush-hush@')
    const ran = await runWinnow([
      'judges',
      input,
      '--gold',
      gold,
      '--judge',
      judge,
      '--judge',
      'bm25',
      '--json',
      '--quiet',
    ])
    expect(ran.code, ran.stderr).toBe(0)
    const report = JSON.parse(ran.stdout) as JudgesReport
    expect(report.options).toEqual({ rows: input, judge: [model('right'), 'bm25'], gold })
    expect(ran.stdout + ran.stderr).not.toContain('hush-hush')
  })
})

test('the page shows what the example prints', async () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/commands/judges.md'), 'utf8')
  const [, command = '', shown = ''] = /^\$ npx winnow (judges examples\/.*)\n([\s\S]*?)^```/m.exec(page) ?? []
  const folder = tempDir()
  cpSync(join(import.meta.dirname, '../examples'), join(folder, 'examples'), { recursive: true })
  const ran = await runWinnow(command.split(' '), { cwd: folder, env: { COLUMNS: '100' } })
  expect(ran.code, ran.stderr).toBe(0)
  expect(ran.stdout).toBe(shown)
})

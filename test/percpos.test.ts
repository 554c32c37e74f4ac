// percpos from the command line, with a reranker that reads its scores from the passages.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { linesOf, outputsAt, readJsonl, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { scoredReply, scoredRows, unsuspected } from './support/scored.ts'
import { place } from './support/two-models.ts'
import { rowsText } from './support/worlds.ts'

let server: ChatServer
beforeAll(async () => {
  server = await startChatServer({ reply: (request) => ({ text: scoredReply(request) }) })
})
afterAll(() => server.close())
beforeEach(() => (server.requests.length = 0))

const scorer = () => `some/reranker@${server.url}/rerank`
const scoring = () => ['--method', 'percpos', '--scorer', scorer()]
const rows = scoredRows(40)

function setUp(given: object[] = rows) {
  const { input, out } = place(given)
  const clean = (...more: string[]) =>
    runWinnow(['clean', input, '--out', out, ...scoring(), '--quiet', '--no-check', ...more])
  const apply = (...more: string[]) => runWinnow(['apply', input, '--out', out, '--quiet', ...more])
  const manifest = () => readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')
  const figures = () => (JSON.parse(manifest()) as { figures: Record<string, number | null> }).figures
  return { input, out, clean, apply, figures }
}

/** Rows whose cosines lie between .9 and 1, as of many encoders. */
const packed = Array.from({ length: 30 }, (_all, index) => ({
  query: `packed ${index}`,
  pos: [`good ${index} #98`],
  neg: Array.from({ length: 10 }, (_each, at) => `other ${at} of ${index} #${at === index % 10 ? 97 : 94 + (at % 3)}`),
}))

describe('what percpos does', () => {
  it('scores a row in one call, takes out what reaches 95%, and tells how much that is', async () => {
    const { clean, out, figures } = setUp()
    const ran = await clean()
    expect(ran.code, ran.stderr).toBe(0)
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(unsuspected)))
    expect(server.requests).toHaveLength(rows.length)
    expect(server.requests[0]?.body).toMatchObject({
      model: 'some/reranker',
      query: rows[0]?.query,
      documents: [...(rows[0]?.pos ?? []), ...(rows[0]?.neg ?? [])],
    })
    const taken = rows.reduce((sum, row) => sum + row.neg.length - unsuspected(row).neg.length, 0)
    expect(figures()).toMatchObject({ suspected: taken, negativesSampled: 160, share: 0.95, targetShare: null })
    expect(ran.stderr).toContain(
      `suspected: ${taken} of 160 negatives (${((100 * taken) / 160).toFixed(1)}%) at --share 95%`,
    )
    expect(ran.stderr).toMatch(/note: 3\d\.\d% of the negatives are suspected, more than 30%/)
  })

  it('says why of every change', async () => {
    const { clean, out } = setUp()
    await clean()
    const [first] = readJsonl(out.replace('.jsonl', '.changes.jsonl'))
    expect(first).toMatchObject({
      stage: 'score',
      model: 'some/reranker',
      reason: "scores 0.9, 100.0% of the positives' 0.9 (min); suspected from 95.0%",
    })
  })

  it('shows a passage to the scorer with its title, whatever the format of the rows', async () => {
    const passage = (docid: string, title: string, text: string) => ({ docid, title, text })
    const row = {
      query_id: '1',
      query: 'q',
      positive_passages: [passage('p', 'A title', 'and a text #90')],
      negative_passages: [passage('n', '', 'a text #40'), passage('m', '', 'a text #89')],
    }
    const { clean, out } = setUp([row])
    expect((await clean('--force')).code).toBe(0)
    expect(server.requests[0]?.body['documents']).toEqual(['A title and a text #90', 'a text #40', 'a text #89'])
    expect(readJsonl(out)[0]?.['negative_passages']).toEqual([passage('n', '', 'a text #40')])
  })

  it('leaves rows alone whose task is exempt: what is most alike in ArguAna is the wrong answer', async () => {
    const argument = { ...rows[0], dataset: 'arguana' }
    const { clean, out } = setUp([argument, ...rows.slice(1, 3)])
    const ran = await clean()
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toContain('1 of them not judged, as their task is exempt')
    expect(server.requests).toHaveLength(2)
    expect(readJsonl(out)[0]).toEqual(argument)
  })

  it('long rows are scored in parts, and come to the same', async () => {
    const { clean, out } = setUp()
    expect((await clean('--passages-per-call', '2')).code).toBe(0)
    expect(server.requests).toHaveLength(3 * rows.length)
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(unsuspected)))
  })
})

describe('another share is free', () => {
  it('apply decides by it without a call, also from a file of evidence, and explain shows the same', async () => {
    const { clean, apply, input, out, figures } = setUp()
    await clean('--write-evidence', 'parquet')
    const asked = server.requests.length
    const evidence = out.replace('.jsonl', '.evidence.parquet')
    const again = out.replace('out.jsonl', 'again.jsonl')
    const fromFile = await runWinnow(['apply', input, '--out', again, '--evidence', evidence, '--share', '97%'])
    const fromLedger = await apply('--share', '97%')
    expect([fromFile.code, fromLedger.code], fromLedger.stderr).toEqual([0, 0])
    expect(outputsAt(again)).toEqual(outputsAt(out))
    const hundred = rows.map((row) => ({ ...row, neg: row.neg.filter((text) => !text.endsWith('#90')) }))
    expect(outputsAt(out)['rows']).not.toBe(rowsText(rows.map(unsuspected)))
    expect((await apply('--share', '100%', '--action', 'relabel')).code).toBe(0)
    expect(readJsonl<{ neg: string[] }>(out).map(({ neg }) => neg)).toEqual(hundred.map(({ neg }) => neg))

    // Fitted: as many as asked for at most.
    expect((await apply('--target-share', '20%')).code).toBe(0)
    const { share, suspected, targetShare } = figures()
    expect(targetShare).toBe(0.2)
    expect(suspected).toBeLessThanOrEqual(0.2 * 160)
    expect(suspected).toBeGreaterThan(0)
    expect(linesOf(out.replace('.jsonl', '.changes.jsonl'))).toHaveLength(suspected as number)
    const rowsFitted = outputsAt(out)['rows']
    const explained = await runWinnow(['explain', out, 'line:1', '--json'])
    const would = await runWinnow(['explain', input, 'line:1', '--json', '--target-share', '20%'])
    expect(JSON.parse(explained.stdout)).toMatchObject({ falseNegatives: 1, output: out })
    expect((JSON.parse(would.stdout) as ExplainedRow).passages).toEqual(
      (JSON.parse(explained.stdout) as ExplainedRow).passages,
    )
    // The fitted share, given, does the same.
    expect((await apply('--share', String(share))).code).toBe(0)
    expect(outputsAt(out)['rows']).toBe(rowsFitted)
    expect(server.requests).toHaveLength(asked)
  })

  it('evidence without the score of a positive, which would be another bar, is refused', async () => {
    const { clean, apply, out } = setUp()
    await clean('--write-evidence', 'jsonl')
    const kept = join(out, '../kept.jsonl')
    const lines = linesOf(out.replace('.jsonl', '.evidence.jsonl'))
    expect(JSON.parse(lines[1] as string)).toMatchObject({ kind: 'score', score: 0.9, line: 1 })
    const count = `${JSON.stringify({ records: lines.length - 3 })}\n`
    writeFileSync(kept, [...lines.toSpliced(1, 1).slice(0, -1), count].join(''))
    const ran = await apply('--evidence', kept)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('records are missing')])
  })

  it('explain shows the score of every passage and what it was measured by', async () => {
    const { clean, out } = setUp()
    await clean()
    const page = await runWinnow(['explain', out, 'line:1'])
    expect(page.stdout).toContain("scores 0.9, 100.0% of the positives' 0.9 (min); suspected from 95.0%")
    expect(page.stdout).toContain('score     -0.03')
    expect(page.stdout).toContain('percpos.score@1')
  })
})
interface ExplainedRow {
  passages: object[]
}

describe('what cannot be right is stopped', () => {
  it('cosines that lie close together: nothing is written at 95%, and the figures say which share would do', async () => {
    const { clean, apply, out, figures } = setUp(packed)
    const ran = await clean()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('winnow: 100% of the negatives are suspected, more than 60%; no rows were written')
    expect(ran.stderr).toMatch(/would be --share +\S+%/)
    expect(ran.stderr).toContain('--target-share 5%')
    expect([existsSync(out), existsSync(out.replace('.jsonl', '.manifest.json'))]).toEqual([false, false])
    expect(readJsonl(out.replace('.jsonl', '.changes.jsonl'))).toEqual([])

    // The scores are kept: nothing is asked again.
    const asked = server.requests.length
    expect((await clean('--target-share', '15%')).code).toBe(0)
    expect(figures()['suspected']).toBeLessThanOrEqual(0.15 * 300)
    expect((await apply()).code).toBe(2)
    const forced = await apply('--force', '--when-no-negatives-left', 'keep')
    expect([forced.code, figures()['suspected']]).toEqual([0, 300])
    expect(server.requests).toHaveLength(asked)
  })

  it('in the pilot already, before the rest is paid for', async () => {
    const { clean } = setUp(packed)
    const ran = await clean('--pilot', '10')
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('100% of the negatives are suspected, more than 60%')
    expect(server.requests).toHaveLength(10)
    const fitted = await clean('--pilot', '10', '--target-share', '10%')
    expect(fitted.code, fitted.stderr).toBe(0)
    expect(fitted.stderr).toMatch(/suspected: \d+ of 100 negatives \(\d+%\) at --share [\d.]+%, fitted/)
  })

  it('a scorer that gives 0 to everything: no share can be fitted, and none is promised', async () => {
    const { clean, out } = setUp(rows.map(({ query }) => ({ query, pos: ['p #0'], neg: ['n #0', 'm #0'] })))
    const ran = await clean()
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('Check the scorer')])
    expect(ran.stderr).toMatch(/^(?!.*(Infinity|Fit the share)).*at or below +–/s)
    const fitted = await clean('--target-share', '5%', '--force')
    const unfit = 'no share can be fitted: 80 of 80 negatives do not score below positives that score 0'
    expect([fitted.code, fitted.stderr]).toEqual([2, expect.stringContaining(unfit)])
    expect(existsSync(out)).toBe(false)
  })

  it('a scorer that mined the rows', async () => {
    const mined = rows.map((row, index) => (index < 3 ? row : { ...row, miner: 'some/reranker' }))
    const { clean, out, input } = setUp(mined)
    for (const more of [[], ['--force'], ['--dry-run']]) {
      const ran = await clean(...more)
      expect(ran.code).toBe(2)
      expect(ran.stderr).toContain(
        `${input}: 37 of 40 rows, the first at line 4: the scorer ${scorer()} also mined the negatives (some/reranker)`,
      )
      expect(ran.stderr).toContain('nothing was sent')
    }
    expect([server.requests.length, existsSync(out)]).toEqual([0, false])
    writeJsonl(
      input,
      rows.map((row) => ({ ...row, miners: [{ name: 'bm25', identity: 'bm25' }] })),
    )
    expect((await clean()).code).toBe(0)
  })
})

describe('options', () => {
  it.each([
    [['--share', '95%', '--target-share', '5%'], /--share and --target-share exclude each other/],
    [['--target-share', '101%'], /--target-share "101%": allowed: a share from 0 to 1/],
    [['--share', '95'], /--share "95": did you mean 95%\?/],
    [['--share', 'much'], /--share "much": allowed: a share from -100 to 100/],
    [['--action', 'filter'], /--action "filter": allowed: relabel, remove, keep, drop-row/],
    [['--judge', 'gpt-4o'], /--judge: not an option of the method percpos/],
    [['--scorer', 'bm25'], /BM25 is not a scorer/],
    [['--scorer', 'hf:/nowhere'], /nowhere|@huggingface\/transformers/],
  ])('%j is refused', async (more, message) => {
    const { clean } = setUp()
    const ran = await clean(...more)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)])
    expect(server.requests).toEqual([])
  })

  it('without a scorer: says what one is', async () => {
    const { input, out } = place(rows)
    const ran = await runWinnow(['clean', input, '--out', out, '--method', 'percpos'])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('no scorer given')])
  })

  it('a dry run sends nothing, and costs nothing where prices are given', async () => {
    const { clean } = setUp()
    const ran = await clean('--dry-run', '--price', '1/0')
    expect([ran.code, server.requests.length]).toEqual([0, 0])
    expect(ran.stdout).toContain('40 calls')
    expect(ran.stdout).toMatch(/cost {2}about \$0\.00\d+/)
  })

  it('names no password of a server anywhere', async () => {
    const { input, out } = place(rows)
    const named = scorer().replace('http://', 'http://user:hush-hush@')
    const ran = await runWinnow(['clean', input, '--out', out, '--method', 'percpos', '--scorer', named, '--no-check'])
    expect(ran.code, ran.stderr).toBe(0)
    const files = [out, out.replace('.jsonl', '.manifest.json'), join(out, '../.winnow/ledger.db')]
    for (const path of files) expect(readFileSync(path).includes('hush-hush'), path).toBe(false)
    expect(ran.stderr).not.toContain('hush-hush')
  })
})

const ENCODER = process.env['WINNOW_TEST_ENCODER']
if (!ENCODER)
  process.stderr.write('SKIPPED: percpos with a real encoder: set WINNOW_TEST_ENCODER to the folder of one\n')

it.runIf(ENCODER)(
  'with a real encoder in this process: what says the same is suspected, what is about something else is not',
  async () => {
    const { input, out } = place([
      {
        query: 'how long do goldfish live?',
        pos: ['Goldfish live ten to fifteen years when they are kept well.'],
        neg: [
          'How long do goldfish live? Goldfish live for ten years or more.',
          'The harbour of Rotterdam is the largest of Europe.',
          'Interest rates rose by half a point in March.',
        ],
      },
    ])
    const command = ['clean', input, '--out', out, '--method', 'percpos', '--scorer', `hf:${ENCODER}`, '--share', '80%']
    const env = { WINNOW_CACHE: join(out, '../cache') }
    const ran = await runWinnow(command, { env })
    expect(ran.code, ran.stderr).toBe(0)
    expect(readJsonl<{ neg: string[] }>(out)[0]?.neg).toEqual([
      'The harbour of Rotterdam is the largest of Europe.',
      'Interest rates rose by half a point in March.',
    ])
    expect(ran.stderr).toContain('cost  $0')
    const again = await runWinnow(command, { env })
    expect(again.stderr).toContain('0 made · 1 from the ledger')
  },
)

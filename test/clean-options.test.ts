// What the options of clean and apply do, from the command line, against a local server.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { linesOf, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { cleaned, makeRows, replyWith, rightReply, shownIn, type SyntheticRow } from './support/synthetic.ts'

let server: ChatServer
beforeAll(async () => {
  server = await startChatServer({
    // The small model overlooks what is worse.
    reply: (request) => ({
      text:
        request.model === 'small'
          ? replyWith(
              shownIn(request).flatMap((text, at) => (text.endsWith('#better') ? [at + 1] : [])),
              [],
            )
          : rightReply(request),
    }),
  })
})
afterAll(() => server.close())
beforeEach(() => (server.requests.length = 0))

const model = (name: string) => `${name}@${server.url}`
const asked = (name: string) => server.requests.filter((request) => request.model === name)
const clean = (input: string, out: string, ...more: string[]) =>
  runWinnow(['clean', input, '--out', out, '--quiet', ...more])

/** A file of rows and a place for the output. */
function place(rows: object[]): { input: string; out: string } {
  const folder = tempDir()
  return { input: writeJsonl(join(folder, 'rows.jsonl'), rows), out: join(folder, 'out.jsonl') }
}

const manifestAt = (out: string) =>
  JSON.parse(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')) as Record<string, never>

describe('stages', () => {
  test('one model is one stage, with that stage’s prompt', async () => {
    const rows = makeRows(10)
    const { input, out } = place(rows)
    expect((await clean(input, out, '--judge', model('large'))).code).toBe(0)
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
    expect(server.requests[0]?.messages[0]?.content).toContain('or just as good')
    server.requests.length = 0
    await clean(input, out, '--screen', model('large'))
    expect(server.requests[0]?.messages[0]?.content).toContain('strictly preferable')
  })

  test('a spot check shows the judge what the screen cleared, and measures what it missed', async () => {
    const rows = makeRows(30)
    const { input, out } = place(rows)
    const stages = ['--screen', model('small'), '--judge', model('large')]
    expect((await clean(input, out, ...stages, '--spot-check', '100%')).code).toBe(0)
    const isMissed = ({ neg }: SyntheticRow) =>
      neg.every((text) => !text.endsWith('#better')) && neg.some((text) => text.endsWith('#worse'))
    const isCleared = ({ neg }: SyntheticRow) => neg.every((text) => !text.endsWith('#better'))
    expect(manifestAt(out)['spotCheck']).toMatchObject({
      checked: rows.filter(isCleared).length,
      missed: rows.filter(isMissed).length,
    })
    expect(asked('large')).toHaveLength(30)
    const part = await clean(input, out, ...stages, '--spot-check', '0.5')
    expect(part.stderr).toMatch(
      /spot check: of \d+ rows that the screen cleared, the judge found something in \d+: miss rate/,
    )
    expect((await clean(input, out, '--screen', model('small'), '--spot-check', '1%')).stderr).toContain(
      'needs both --screen and --judge',
    )
  })
})

describe('what is shown', () => {
  const long = (): SyntheticRow => ({
    query: 'long?',
    pos: ['the answer'],
    neg: Array.from({ length: 7 }, (_all, at) => `text ${at} ${at === 6 ? '#better' : '#none'}`),
  })

  test.each([
    ['keep', 3, (row: SyntheticRow) => row.neg],
    ['drop', 3, (row: SyntheticRow) => row.neg.slice(0, 3)],
    ['judge', 7, (row: SyntheticRow) => row.neg.slice(0, 6)],
  ] as const)('--beyond %s', async (beyond, shown, negatives) => {
    const { input, out } = place([long()])
    await clean(input, out, '--judge', model('large'), '--max-passages', '3', '--beyond', beyond)
    expect(server.requests.flatMap(shownIn)).toHaveLength(shown)
    expect(Math.max(...server.requests.map((request) => shownIn(request).length))).toBe(3)
    expect(readJsonl<SyntheticRow>(out)[0]?.neg).toEqual(negatives(long()))
  })

  test('--shuffle shows another order and binds verdicts to passages all the same', async () => {
    const rows = makeRows(20)
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--shuffle', '7')
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
    const orders = server.requests.map((request) => shownIn(request).join())
    expect(orders.some((order) => !rows.some(({ neg }) => neg.join() === order))).toBe(true)
  })

  test('copies of positives leave before numbering; --keep-duplicates leaves them', async () => {
    const { input, out } = place([{ query: 'q', pos: ['The Answer'], neg: ['the  answer', 'text #better'] }])
    await clean(input, out, '--judge', model('large'), '--when-no-negatives-left', 'keep')
    expect(server.requests.map(shownIn)).toEqual([['text #better']])
    expect(readJsonl(out)).toEqual([{ query: 'q', pos: ['The Answer', 'text #better'], neg: [] }])
    server.requests.length = 0
    await clean(input, out, '--judge', model('large'), '--keep-duplicates')
    expect(server.requests.map(shownIn)).toEqual([['the  answer', 'text #better']])
    expect(readJsonl(out)).toEqual([{ query: 'q', pos: ['The Answer', 'text #better'], neg: ['the  answer'] }])
  })

  test('a row whose negatives are all copies asks nobody', async () => {
    const { input, out } = place([{ query: 'q', pos: ['a'], neg: ['A'] }])
    await clean(input, out, '--judge', model('large'))
    expect(server.requests).toHaveLength(0)
    expect(readJsonl(out.replace('.jsonl', '.dropped.jsonl'))).toMatchObject([
      { reason: 'no negatives are left', columns: { neg: ['A'] } },
    ])
  })
})

describe('known positives', () => {
  const rows = [
    { query: 'Same question?', pos: ['one answer'], neg: ['text #none', 'unrelated #none'] },
    { query: 'same  question?', pos: ['other answer'], neg: ['One Answer', 'text #none'] },
  ]
  test.each([
    ['remove', ['other answer'], ['text #none']],
    ['relabel', ['other answer', 'One Answer'], ['text #none']],
    ['keep', ['other answer'], ['One Answer', 'text #none']],
  ] as const)('--known-positives %s', async (action, pos, neg) => {
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--known-positives', action)
    expect(readJsonl<SyntheticRow>(out)[1]).toMatchObject({ pos, neg })
  })

  test('--known takes them from qrels', async () => {
    const row = {
      query_id: '1',
      query: 'q',
      positive_passages: [{ docid: 'p', text: 'p' }],
      negative_passages: [
        { docid: 'a', text: 'a #none' },
        { docid: 'b', text: 'b #none' },
      ],
    }
    const { input, out } = place([row])
    const qrels = join(tempDir(), 'qrels.tsv')
    writeFileSync(qrels, 'query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t0\n')
    await clean(input, out, '--judge', model('large'), '--known', qrels)
    expect(readJsonl(out)).toEqual([{ ...row, negative_passages: [row.negative_passages[1]] }])
    writeFileSync(qrels, '1 0 a one\n')
    expect((await clean(input, out, '--judge', model('large'), '--known', qrels)).stderr).toContain(
      `${qrels}:1: not a relevance judgement`,
    )
  })
})

describe('tasks and prompts', () => {
  test('rows have the task of their dataset; an exempt one is not asked about', async () => {
    const row = (subset: string, index: number) => ({
      query_id: String(index),
      query: `q${index}`,
      positive_passages: [{ docid: 'p', text: 'p' }],
      negative_passages: [{ docid: 'n', text: 'n #better' }],
      subset,
    })
    const rows = ['arguana', 'fever', 'other'].map(row)
    const { input, out } = place(rows)
    const ran = await clean(input, out, '--judge', model('large'), '--when-no-negatives-left', 'keep')
    expect(server.requests.map(({ messages }) => messages[0]?.content.includes('relevant to a claim'))).toEqual([
      true,
      false,
    ])
    expect(readJsonl(out)[0]).toEqual(rows[0])
    expect(ran.stderr).toContain('argument 1, fact-check 1, question-answering 1')
    expect((await clean(input, out, '--judge', model('large'), '--task', 'x', '--tasks', 'y')).code).toBe(2)
  })

  test('own prompts are used, are versions of their own, and are told to be new', async () => {
    const { input, out } = place(makeRows(3))
    await clean(input, out, '--judge', model('large'))
    const folder = join(tempDir(), 'prompts')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'rlhn.judge.md'),
      'Mind {{task.relevant}}\n---\n<query>\n{{query}}\n</query>\n{{ground_truth}}\n<documents>\n{{documents}}\n',
    )
    server.requests.length = 0
    const ran = await clean(input, out, '--judge', model('large'), '--prompts', folder)
    expect(ran.stderr).toMatch(
      /note: the ledger holds no reply of large to own:rlhn\.judge@[0-9a-f]{8}, so every judge call is made anew; it has 3 of large to rlhn\.judge@1/,
    )
    expect(server.requests).toHaveLength(3)
    expect(server.requests[0]?.messages[0]?.content).toMatch(/^Mind It contains/)
    writeFileSync(join(folder, 'rlhn.judge.md'), '{{query}} {{documets}}')
    expect((await clean(input, out, '--judge', model('large'), '--prompts', folder)).stderr).toContain(
      'unknown placeholder {{documets}}; {{ground_truth}} is missing; {{documents}} is missing',
    )
  })
})

describe('files', () => {
  test('gzip in, gzip out; standard input, standard output', async () => {
    const rows = makeRows(6)
    const folder = tempDir()
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    writeFileSync(join(folder, 'rows.jsonl.gz'), gzipSync(text))
    await clean(join(folder, 'rows.jsonl.gz'), join(folder, 'out.jsonl.gz'), '--judge', model('large'))
    const expected = rows.map((row) => JSON.stringify(cleaned(row)))
    expect(
      gunzipSync(readFileSync(join(folder, 'out.jsonl.gz')))
        .toString()
        .trim()
        .split('\n'),
    ).toEqual(expected)
    expect(linesOf(join(folder, 'out.manifest.json')).length).toBeGreaterThan(10)
    const piped = await runWinnow(['clean', '-', '--out', '-', '--report', 'report', '--judge', model('large')], {
      cwd: folder,
      stdin: text,
    })
    expect(piped.stdout.trim().split('\n')).toEqual(expected)
    expect(readJsonl(join(folder, 'report/winnow.changes.jsonl')).length).toBeGreaterThan(0)
  })

  test('bad rows stop the run before anything is sent; skipped, they are set aside', async () => {
    const { input, out } = place(makeRows(2))
    writeFileSync(input, `${readFileSync(input, 'utf8')}{"query":"","pos":"p","neg":[]}\n{"que`)
    const stopped = await clean(input, out, '--judge', model('large'))
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toContain(
      '2 bad rows of 4 (1 wrong-type, 1 empty-query, 1 no-negative, 1 invalid-json); nothing was sent',
    )
    expect(stopped.stderr).toContain(`${input}:3: "pos" must be a list`)
    expect(server.requests).toHaveLength(0)
    expect(linesOf(out)).toEqual([])
    expect((await clean(input, out, '--judge', model('large'), '--on-bad-row', 'skip')).code).toBe(0)
    expect(linesOf(out)).toHaveLength(2)
    expect(readJsonl(out.replace('.jsonl', '.bad.jsonl')).map(({ line, raw }) => [line, raw])).toEqual([
      [3, '{"query":"","pos":"p","neg":[]}'],
      [4, '{"que'],
    ])
  })

  test('--limit goes through the first rows only, and the whole file later goes on', async () => {
    const rows = makeRows(10)
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--limit', '4')
    expect(readJsonl(out)).toEqual(rows.slice(0, 4).map(cleaned))
    expect(readJsonl(out.replace('.jsonl', '.changes.jsonl')).every(({ line }) => Number(line) <= 4)).toBe(true)
    await clean(input, out, '--judge', model('large'))
    expect(server.requests).toHaveLength(10)
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
  })

  test.each([
    ['over the input', (input: string) => ['--out', input], 'is the input'],
    ['to nowhere', () => [], 'name it with --out'],
    ['to standard output without --report', () => ['--out', '-'], '--report DIR'],
    ['onto a folder', () => ['--out', '/tmp'], 'cannot write /tmp: it is a folder'],
  ])('writing %s is refused', async (_what, options, message) => {
    const { input } = place(makeRows(1))
    const ran = await runWinnow(['clean', input, ...options(input), '--judge', model('large')])
    expect([ran.code, server.requests.length]).toEqual([2, 0])
    expect(ran.stderr).toContain(message)
  })
})

describe('repeating', () => {
  test('a manifest is a recipe; a recipe of your own works, and flags win', async () => {
    const { input, out } = place(makeRows(8))
    await clean(input, out, '--judge', model('large'), '--worse', 'keep')
    const again = out.replace('out', 'again')
    expect(
      (await runWinnow(['clean', input, '--recipe', out.replace('.jsonl', '.manifest.json'), '--out', again])).code,
    ).toBe(0)
    expect(linesOf(again)).toEqual(linesOf(out))
    const recipe = join(tempDir(), 'run.yaml')
    writeFileSync(recipe, `judge: ${model('large')}\nmax-false-negatives: 0\n`)
    await runWinnow(['clean', input, '--recipe', recipe, '--out', again, '--max-false-negatives', '9'])
    expect(linesOf(again)).toHaveLength(8)
    writeFileSync(recipe, 'jugde: x\n')
    expect((await runWinnow(['clean', input, '--recipe', recipe, '--out', again])).stderr).toContain(
      'not options of this command: jugde',
    )
  })

  test('apply lists the runs when several fit, and takes the one that is named', async () => {
    const { input, out } = place(makeRows(5))
    await clean(input, out, '--judge', model('large'))
    const first = linesOf(out)
    await clean(input, out, '--judge', model('large'), '--shuffle', '3')
    const several = await runWinnow(['apply', input, '--out', out])
    expect(several.code).toBe(2)
    const ids = [...several.stderr.matchAll(/^ {2}(r[0-9a-f]{10}) .*judge large/gm)].map(([, id = '']) => id)
    expect(ids).toHaveLength(2)
    server.requests.length = 0
    for (const id of ids) {
      expect((await runWinnow(['apply', input, '--out', out, '--run', id])).code).toBe(0)
      expect(linesOf(out)).toEqual(first)
    }
    expect(server.requests).toHaveLength(0)
    expect((await runWinnow(['apply', input, '--out', out, '--run', 'r0000000000'])).stderr).toContain(
      'has no run r0000000000',
    )
  })

  test('apply says so when the input is another one', async () => {
    const { input, out } = place(makeRows(5))
    await clean(input, out, '--judge', model('large'))
    writeJsonl(input, makeRows(4))
    expect((await runWinnow(['apply', input, '--out', out])).stderr).toContain('has no run over')
  })

  test('a dry run prints a prompt a stage and an estimate, needs no key and sends nothing', async () => {
    const { input } = place(makeRows(5))
    const ran = await runWinnow(['clean', input, '--screen', 'gpt-4o-mini', '--judge', 'mine', '--dry-run'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('===== screen (gpt-4o-mini): the prompt of the first row =====')
    expect(ran.stdout).toContain('what about row 0000?')
    expect(ran.stdout).toContain('cost  unknown: give the price with --price IN/OUT')
    const json = await runWinnow(['clean', input, '--judge', 'gpt-4o', '--dry-run', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ rows: 5, stages: [{ stage: 'judge', calls: { low: 5, high: 5 } }] })
  })

  test('--json prints the manifest', async () => {
    const { input, out } = place(makeRows(3))
    const ran = await clean(input, out, '--judge', model('large'), '--json')
    expect(JSON.parse(ran.stdout)).toMatchObject({ command: 'clean', rows: { read: 3 }, cost: { now: null } })
    expect(ran.stderr).toBe('')
  })
})

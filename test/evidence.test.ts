// Evidence written to a file leads to the same decisions as the ledger: from the command line, for every method and both formats.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answeringModel, answeringRows } from './support/answering.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { linesOf, outputsAt, readJsonl, sharedDir, writeJsonl } from './support/files.ts'
import { growingReply, growingRows } from './support/grown.ts'
import { runWinnow } from './support/run-winnow.ts'
import { scoredReply, scoredRows } from './support/scored.ts'
import { askedIn, makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model } = twoModels()
const answering = answeringModel()
let server: ChatServer
beforeAll(async () => {
  server = await startChatServer({
    reply: (request) => {
      if (request.body['documents'] !== undefined) return { text: scoredReply(request) }
      return { text: askedIn(request).includes('9999') ? 'nothing' : growingReply(request) }
    },
  })
})
afterAll(() => server.close())

interface Setting {
  command?: string
  rows: object[]
  models: string[]
  policies: string[][]
}

const KEPT = ['--undecided', 'drop', '--when-no-negatives-left', 'keep']
const METHODS: [string, () => Setting][] = [
  [
    'rlhn',
    () => ({
      rows: [...makeRows(12), { query: 'copies?', pos: ['a copy'], neg: ['a copy', 'text 0 of it #worse'] }],
      models: ['--screen', model('small'), '--judge', model('large'), '--max-passages', '3'],
      policies: [['--preset', 'rlhn-code', '--beyond', 'keep'], KEPT],
    }),
  ],
  [
    'arhn',
    () => ({
      rows: answeringRows(),
      models: ['--method', 'arhn', '--judge', answering.model(), '--task', 'web-search', '--permutations', '2'],
      policies: [['--action', 'filter', '--anchor', 'worst'], KEPT],
    }),
  ],
  [
    'percpos',
    () => ({
      rows: scoredRows(12),
      models: ['--method', 'percpos', '--scorer', `reranker@${server.url}/rerank`, '--passages-per-call', '3'],
      policies: [['--target-share', '10%', '--bar', 'max'], KEPT],
    }),
  ],
  [
    'causalneg',
    () => ({
      command: 'grow',
      rows: [...growingRows(12), { query: 'what about row 9999?', pos: ['unread'], neg: ['of which nothing is said'] }],
      models: [
        '--writer',
        `w@${server.url}`,
        '--verifier',
        `v@${server.url}`,
        '--hardness-model',
        'off',
        '--verify',
        'requirements+judge',
        '--on-failure',
        'rewrite',
        '--per-row',
        '4',
      ],
      policies: [
        ['--max-lost', '0', '--absent-target', 'accept'],
        ['--verify', 'none'],
        ['--per-row', '1', '--verify', 'requirements', '--to', 'tevatron'],
      ],
    }),
  ],
]

/** `apply` into a folder of its own, from the ledger beside `out` or from a file of evidence. */
async function applied(input: string, out: string, folder: string, options: string[], evidence?: string) {
  const target = join(dirname(out), folder, 'out.jsonl')
  mkdirSync(dirname(target), { recursive: true })
  const from = evidence ? ['--evidence', evidence] : ['--ledger', join(dirname(out), '.winnow/ledger.db')]
  const ran = await runWinnow(['apply', input, '--out', target, '--quiet', ...from, ...options])
  return { ran, outputs: outputsAt(target), target }
}

describe.each(METHODS)('%s', (_name, setting) => {
  const folder = sharedDir()
  let [input, out] = ['', '']
  const fromLedger: { options: string[]; ledger: Awaited<ReturnType<typeof applied>> }[] = []
  const evidenceIn = (format: string) => out.replace('.jsonl', `.evidence.${format}`)

  beforeAll(async () => {
    const { command = 'clean', rows, models, policies } = setting()
    ;({ input, out } = place(rows, folder))
    for (const format of ['parquet', 'jsonl']) {
      const ran = await runWinnow([command, input, '--out', out, '--quiet', ...models, '--write-evidence', format])
      expect(ran.code, ran.stderr).not.toBe(2)
      expect(ran.stderr).toContain(evidenceIn(format))
    }
    for (const options of [[], ...policies, ['--limit', '2']]) {
      fromLedger.push({ options, ledger: await applied(input, out, 'ledger', options) })
    }
  })

  test.each(['parquet', 'jsonl'])('%s: the same rows and lists as from the ledger', async (format) => {
    expect(fromLedger.length).toBeGreaterThan(3)
    for (const { options, ledger } of fromLedger) {
      const file = await applied(input, out, 'file', options, evidenceIn(format))
      expect(file.ran.code, file.ran.stderr).toBe(ledger.ran.code)
      expect(ledger.ran.code).not.toBe(2)
      expect(file.outputs).toEqual(ledger.outputs)
      expect(file.outputs['rows']).not.toBe('')
    }
  })

  test('copies of evidence are the same, whichever format they went through', async () => {
    const parquet = await applied(input, out, 'parquet', ['--write-evidence', 'parquet'], evidenceIn('jsonl'))
    const source = parquet.target.replace('.jsonl', '.evidence.parquet')
    const back = await applied(input, out, 'back', ['--write-evidence', 'jsonl'], source)
    expect(back.ran.stderr).not.toContain('winnow:')
    expect(linesOf(back.target.replace('.jsonl', '.evidence.jsonl'))).toEqual(linesOf(evidenceIn('jsonl')))
  })
})

describe('a file of evidence', () => {
  const { input: cleaned, out: cleanedOut } = place(makeRows(6), sharedDir())
  beforeAll(async () => {
    for (const format of ['jsonl', 'parquet']) {
      await clean(cleaned, cleanedOut, '--judge', model('large'), '--write-evidence', format, '--limit', '5')
    }
  })

  /** Copies the rows and their evidence into a folder of their own. */
  function written(format = 'jsonl') {
    const { input, out } = place(makeRows(6))
    const evidence = join(dirname(out), `kept.${format}`)
    copyFileSync(cleanedOut.replace('.jsonl', `.evidence.${format}`), out.replace('.jsonl', `.evidence.${format}`))
    copyFileSync(out.replace('.jsonl', `.evidence.${format}`), evidence)
    const apply = (...options: string[]) =>
      runWinnow([
        'apply',
        input,
        '--out',
        join(dirname(out), 'again.jsonl'),
        '--quiet',
        '--evidence',
        evidence,
        ...options,
      ])
    return { input, evidence, apply, out }
  }

  test.each(['parquet', 'jsonl'])('%s: holds no password of an endpoint', async (format) => {
    const { input, out } = place(makeRows(2))
    const named = model('large').replace('http://', 'http://user:hush-hush@')
    await clean(input, out, '--judge', named, '--write-evidence', format)
    const bytes = readFileSync(out.replace('.jsonl', `.evidence.${format}`))
    expect(bytes.includes('large@http://127.0.0.1')).toBe(true)
    expect(bytes.includes('hush-hush')).toBe(false)
  })

  test('says whose it is, and how many records it holds', async () => {
    const { evidence } = written()
    const [head] = readJsonl(evidence)
    expect(head).toMatchObject({ method: 'rlhn', evidence: 1, models: { judge: 'large' }, limit: 5 })
    expect(head?.['input']).toMatch(/^[0-9a-f]{64}$/)
    expect(readJsonl(evidence).at(-1)).toEqual({ records: linesOf(evidence).length - 2 })
  })

  test('is refused for other rows, for another run and beyond its limit', async () => {
    const { input, apply } = written()
    expect((await apply('--limit', '6')).stderr).toContain('only has evidence for the first 5 rows')
    expect((await apply('--run', 'r0000000000')).stderr).toContain('is the evidence of run r')
    expect((await apply('--ledger', 'some.db')).stderr).toContain('exclude each other')
    writeJsonl(input, makeRows(7))
    const other = await apply()
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('is evidence for another input')])
  })

  /** With the number of records that there are in the last line. */
  const recounted = (lines: string[]) =>
    lines.with(lines.length - 1, lines.at(-1)!.replace(/\d+/, String(lines.length - 2)))

  test.each([
    ['a record that is no JSON', (lines: string[]) => lines.with(2, '{"row":\n'), ':3: not an evidence file'],
    [
      'another kind',
      (lines: string[]) => lines.with(2, `${JSON.stringify({ row: 'x', line: 1, kind: 'x' })}\n`),
      ':3: not an evidence file',
    ],
    [
      'a field missing',
      (lines: string[]) => lines.with(2, lines[2]!.replace('"stage"', '"page"')),
      ':3: not an evidence file of Winnow: its "stage" is missing',
    ],
    [
      'another row',
      (lines: string[]) => lines.with(2, lines[2]!.replace(/"row":"[^"]*"/, '"row":"x"')),
      ':3: not an evidence file',
    ],
    [
      'a strange passage',
      (lines: string[]) => lines.with(2, lines[2]!.replace(/"passage":"[^"]*"/, '"passage":"x"')),
      'has no passage x',
    ],
    [
      'records out of order',
      (lines: string[]) => [lines[0]!, ...lines.slice(1, -1).toReversed(), lines.at(-1)!],
      'records are missing',
    ],
    ['its end cut off', (lines: string[]) => lines.slice(0, -3), 'truncated after 18 records'],
    [
      'another count',
      (lines: string[]) => lines.with(lines.length - 1, lines.at(-1)!.replace('20', '21')),
      'expected 21 records, found 20',
    ],
    [
      'a record taken out, and the count set right',
      (lines: string[]) => recounted(lines.toSpliced(3, 1)),
      'records are missing',
    ],
    ['a record twice', (lines: string[]) => recounted(lines.toSpliced(3, 0, lines[3]!)), 'has a second verdict'],
    [
      'another word',
      (lines: string[]) => lines.with(3, lines[3]!.replace(/"verdict":"[^"]*"/, '"verdict":"bogus"')),
      '"bogus" is not a verdict',
    ],
    ['no head', (lines: string[]) => lines.slice(1), ':1: not an evidence file'],
    ['nothing', () => [], 'it is empty'],
  ])('with %s is refused, and nothing is written', async (_what, damage, message) => {
    const { evidence, apply } = written()
    writeFileSync(evidence, damage(linesOf(evidence)).join(''))
    const ran = await apply()
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)])
    expect(ran.stderr).toContain(evidence)
    expect(linesOf(join(dirname(evidence), 'again.jsonl'))).toEqual([])
  })

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -20)],
    ['damaged', (bytes: Buffer) => Buffer.from(bytes).fill(0, bytes.length - 200, bytes.length - 100)],
  ])('in Parquet, %s, is refused', async (_what, damage) => {
    const { evidence, apply } = written('parquet')
    writeFileSync(evidence, damage(readFileSync(evidence)))
    const ran = await apply()
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`${evidence}: not an evidence file`)])
  })

  test('that is none at all is refused: rows, a folder, nothing', async () => {
    const { input, apply } = written()
    expect((await apply('--evidence', input)).stderr).toContain('rows.jsonl:1: not an evidence file')
    expect((await apply('--evidence', dirname(input))).stderr).toContain('cannot read')
    expect((await apply('--evidence', join(dirname(input), 'nowhere'))).stderr).toContain('cannot read')
  })

  test('is not written over while it is read', async () => {
    const { input, evidence, out } = written()
    const from = out.replace('.jsonl', '.evidence.jsonl')
    const ran = await runWinnow(['apply', input, '--out', out, '--evidence', from, '--write-evidence', 'jsonl'])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('never overwrites its inputs')])
    expect(linesOf(from)).toEqual(linesOf(evidence))
  })
})

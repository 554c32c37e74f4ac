// winnow explain on passages written for a row, and on damaged files of their evidence.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../src/job/apply.ts'
import { explain } from '../src/browse/explain.ts'
import { grow } from '../src/commands/grow/grow.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { page } from './support/explained.ts'
import { readJsonl, writeJsonl } from './support/files.ts'
import { growingReply, growingRows } from './support/grown.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'))
let server: ChatServer
let made: { input: string; out: string }
let evidence: string
beforeAll(async () => {
  server = await startChatServer({ reply: (request) => ({ text: growingReply(request) }) })
  const input = writeJsonl(join(folder, 'rows.jsonl'), growingRows(6))
  made = { input, out: join(folder, 'grown.jsonl') }
  const models = { writer: `w@${server.url}`, verifier: `v@${server.url}` }
  const options = {
    hardnessModel: 'off',
    verify: 'requirements+judge',
    onFailure: 'rewrite',
    writeEvidence: 'jsonl',
  } as const
  await grow(made.input, { ...models, ...options, out: made.out, maxRetries: 0 }, { env: {} })
  evidence = made.out.replace('.jsonl', '.evidence.jsonl')
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('explain', () => {
  test('the analysis, and of every passage what became of it and why', async () => {
    const { analysis, candidates, passages, outcome, calls } = await explain(made.out, 'line:3')
    expect(outcome).toBe('changed')
    expect(analysis).toMatchObject({ need: 'what the query asks for', boundary: 'giving it', model: 'w' })
    expect(analysis?.requirements.map(({ isCritical }) => isCritical)).toEqual([true, true, true, false])
    expect(passages.every(({ before, after }) => before === after)).toBe(true)
    const seen = candidates.map(({ attempt, discarded, verification }) => [
      attempt,
      discarded?.code ?? 'added',
      verification?.attemptsAnswer,
    ])
    expect(seen).toEqual([
      [1, 'added', false],
      [1, 'answers', true],
      [1, 'added', false],
      [2, 'added', false],
    ])
    expect(candidates.map(({ evidence: said }) => said.map((item) => item.kind === 'verdict' && item.verdict))).toEqual(
      [['irrelevant'], [], ['irrelevant'], ['irrelevant']],
    )
    expect(calls?.map(({ stage, part }) => `${stage} ${part}`)).toEqual([
      'analyse 1',
      'write 1',
      'verify 1',
      'verify 2',
      'verify 3',
      'write 2',
      'verify 4',
      'judge 1',
    ])
  })

  test('as a page', async () => {
    const { stdout } = await page(made.out, 'line:3')
    expect(stdout).toContain(`analysis by w
  need     what the query asks for
  meets    they give it
  boundary giving it
  1.  critical: condition a is kept
      entity_shift: by entity_shift
`)
    expect(stdout).toContain('  4.  minor: condition d is kept\n')
    expect(stdout).toMatch(/^ {2}discarded \(answers\) {2}[0-9a-f]{16}: violates requirement 2 by entity_shift, by w$/m)
    expect(stdout).toMatch(/^ {4}why {7}it attempts an answer: so it is$/m)
    expect(stdout).toMatch(/^ {4}verify {4}1 holds, 2 violated, 3 holds, 4 holds; attempts an answer: so it is \(v\)$/m)
    expect(stdout).toMatch(/^ {2}added {2}[0-9a-f]{16}: violates requirement 2 by entity_shift, rewritten, by w$/m)
    expect(stdout).toMatch(/^ {4}judge {5}irrelevant/m)
  })

  test('another policy: the input, and how it would be decided', async () => {
    const { candidates } = await explain(made.input, 'line:3', { verify: 'none', perRow: 2 })
    expect(candidates.map(({ discarded }) => discarded?.code ?? 'added')).toEqual([
      'added',
      'added',
      'beyond',
      'second-version',
    ])
  })

  test('from a file of evidence, without calls', async () => {
    const { calls, candidates } = await explain(made.input, 'line:3', { evidence })
    expect(calls).toBeNull()
    expect(candidates).toHaveLength(4)
  })
})

describe('a file of evidence whose records', () => {
  type Rec = Record<string, unknown> & { kind?: string }
  const TAMPERED: [string, (records: Rec[]) => Rec[], RegExp][] = [
    [
      'have another text of a passage',
      (all) => changed(all, 'candidate', { text: 'quite another' }),
      /was written with a different text/,
    ],
    [
      'break a requirement that is not there',
      (all) => changed(all, 'candidate', { requirement: 9 }),
      /requirement 9, which passage .* violates of row .* is missing/,
    ],
    ['name a strange reference', (all) => changed(all, 'candidate', { rewrites: 'nobody' }), /has no passage nobody/],
    [
      'know of a strategy that there is not',
      (all) => changed(all, 'candidate', { strategy: 'confuse' }),
      /its "strategy" is "confuse"/,
    ],
    ['verify a strange passage', (all) => changed(all, 'verification', { passage: 'nobody' }), /has no passage nobody/],
    [
      'say neither yes nor no',
      (all) => changed(all, 'verification', { attemptsAnswer: 'no' }),
      /its "attemptsAnswer" is "no"/,
    ],
    ['lack the analysis', (all) => without(all, 'analysis'), /its analysis of row .* is missing/],
    [
      'lack a verification',
      (all) => without(all, 'verification'),
      /the verification of passage .* of row .* is missing/,
    ],
    ['have an analysis twice', (all) => twice(all, 'analysis'), /has a second analysis/],
    ['have a verification twice', (all) => twice(all, 'verification'), /has a second verification of its passage/],
    ['have a passage twice', (all) => twice(all, 'candidate'), /has a second candidate of its passage/],
  ]
  const firstOf = (all: Rec[], kind: string) => all.findIndex((each) => each.kind === kind)
  const changed = (all: Rec[], kind: string, change: Rec) =>
    all.with(firstOf(all, kind), { ...all[firstOf(all, kind)], ...change })
  const without = (all: Rec[], kind: string) => all.toSpliced(firstOf(all, kind), 1)
  const twice = (all: Rec[], kind: string) => all.toSpliced(firstOf(all, kind), 0, all[firstOf(all, kind)]!)

  test.each(TAMPERED)('%s is refused, and nothing is written', async (_name, tamper, message) => {
    const records = tamper(readJsonl(evidence).slice(0, -1) as Rec[])
    const path = join(folder, 'tampered.jsonl')
    writeFileSync(
      path,
      [...records, { records: records.length - 1 }].map((each) => `${JSON.stringify(each)}\n`).join(''),
    )
    const out = join(folder, 'never.jsonl')
    await expect(apply(made.input, { evidence: path, out })).rejects.toThrow(message)
    expect(() => readFileSync(out)).toThrow('ENOENT')
  })

  test('are as they were decide as before', async () => {
    const kept = join(folder, 'kept.jsonl')
    copyFileSync(evidence, kept)
    const out = join(folder, 'again.jsonl')
    await apply(made.input, { evidence: kept, out })
    expect(readFileSync(out)).toEqual(readFileSync(made.out))
  })
})

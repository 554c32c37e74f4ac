// clean --recall: a gate decides which rows the judge sees, and promises how much of what it would flag.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clean, planClean } from '../src/commands/clean/clean.ts'
import { explain } from '../src/browse/explain.ts'
import { apply } from '../src/job/apply.ts'
import type { Manifest } from '../src/job/manifest.ts'
import { summaryOf } from '../src/terminal/summary/summary.ts'
import { gatedRows, isFlagged } from './support/cascade.ts'
import { linesOf, outputsAt, readJsonl, writeJsonl } from './support/files.ts'
import { startModelServer } from './support/model-server.ts'
import { Judge, ledgerOf } from './support/own-parts.ts'
import { cleaned, replyWith, shownIn } from './support/synthetic.ts'
import { place } from './support/two-models.ts'

const ROWS = gatedRows(600, 0.5)
const QUIET = { noCheck: true, confirm: 0, pilot: 0 } as const

const cascadeOf = ({ cascade }: Manifest) => cascade as NonNullable<Manifest['cascade']>

/** Indices of the rows whose line differs from the input. */
const changedIn = (out: string, input: string) => {
  const before = linesOf(input)
  return linesOf(out).flatMap((line, index) => (line === before[index] ? [] : [index]))
}

describe('a finished run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const input = writeJsonl(join(folder, 'rows.jsonl'), ROWS)
  const out = join(folder, 'out.jsonl')
  const judge = new Judge()
  const OPTIONS = { out, judge, recall: 0.95, writeEvidence: 'jsonl', ...QUIET } as const
  let done: Manifest
  let written: string
  beforeAll(async () => {
    done = await clean(input, OPTIONS)
    written = readFileSync(out, 'utf8')
  })

  test('most of what the judge would flag is seen, fewer rows are sent, and the others stay as they are', async () => {
    const { sent, heldBack, promise } = cascadeOf(done)
    expect([sent + heldBack, judge.asked]).toEqual([600, sent])
    expect(sent / 600).toBeLessThan(0.85)
    const changed = changedIn(out, input)
    expect(changed.length / ROWS.filter(isFlagged).length).toBeGreaterThanOrEqual(0.95)
    for (const index of changed) expect(readJsonl(out)[index]).toEqual(cleaned(ROWS[index] as (typeof ROWS)[0]))
    expect(promise[0]).toMatch(
      new RegExp(
        `at least 95.*were seen, with 95% confidence; ${sent} of 600 rows were sent .*, ${heldBack} were not judged`,
      ),
    )
    expect(summaryOf(done)).toContain(`cascade  ${promise[0]}`)
    expect(done.rows.outcomes).toMatchObject({ kept: 600 - changed.length, undecided: 0 })
  })

  test('the same command asks for nothing again and writes the same, and so does its manifest', async () => {
    const { asked } = judge
    const { rows: _rows, ...recipe } = done.options
    const again = [await clean(input, OPTIONS), await clean(input, { ...recipe, ...OPTIONS })]
    expect([judge.asked, readFileSync(out, 'utf8')]).toEqual([asked, written])
    for (const each of again) expect(cascadeOf(each)).toEqual(cascadeOf(done))
  })

  test('a run that was stopped goes on to the same end, and pays for nothing twice', async () => {
    const { sent } = cascadeOf(done)
    for (const after of [40, sent - 20]) {
      const stopping = place(ROWS)
      const stop = new AbortController()
      const slow = new Judge()
      const complete = slow.complete.bind(slow)
      slow.complete = (request) => {
        if (slow.asked >= after) stop.abort(new Error('stopped'))
        return complete(request)
      }
      const options = { out: stopping.out, judge: slow, recall: 0.95, concurrency: 2, ...QUIET } as const
      await expect(clean(stopping.input, options, { signal: stop.signal })).rejects.toThrow('stopped')
      const stopped = slow.asked
      slow.complete = complete
      await clean(stopping.input, options)
      expect(stopped).toBeLessThan(sent)
      expect([slow.asked, readFileSync(stopping.out, 'utf8')]).toEqual([sent, written])
    }
  })

  test('deciding again, from the ledger or from a file, holds back the same rows', async () => {
    const { sent, heldBack, record } = cascadeOf(done)
    const other = out.replace('out.', 'other.')
    const from = { ledger: { ledger: ledgerOf(out) }, file: { evidence: out.replace('.jsonl', '.evidence.jsonl') } }
    for (const [name, store] of Object.entries(from)) {
      const again = await apply(input, { out: other, preset: 'rlhn-code', beyond: 'drop', ...store })
      expect(cascadeOf(again)).toMatchObject({ sent, heldBack, record: name === 'ledger' ? record : null })
      expect(again.rows.outcomes).toMatchObject({ changed: done.rows.outcomes.changed, undecided: 0 })
      expect(again.passages.removed).toEqual({})
      expect(changedIn(other, input)).toEqual(changedIn(out, input))
    }
    const some = await apply(input, { out: other, limit: 300, ledger: ledgerOf(out) })
    expect(changedIn(other, input)).toEqual(changedIn(out, input).filter((index) => index < 300))
    expect(some.rows.outcomes.undecided).toBe(0)
  })

  test('explain says why a row was not sent', async () => {
    const held = readJsonl<{ kind?: string; stage?: string; line: number }>(out.replace('.jsonl', '.evidence.jsonl'))
    const line = held.find(({ kind, stage }) => kind === 'unjudged' && stage === 'judge')?.line
    const { passages, outcome, calls } = await explain(out, `line:${line}`)
    expect([outcome, calls]).toEqual(['kept', []])
    for (const { before, evidence } of passages.filter((each) => each.before === 'negative')) {
      expect([before, evidence]).toMatchObject([
        'negative',
        [
          {
            kind: 'unjudged',
            reason: expect.stringMatching(/^not sent to the judge: the gate gave the row .*, below/),
          },
        ],
      ])
    }
  })
})

test('a trial of fewer rows measures a gate of its own, and leaves that of the whole file', async () => {
  const { input, out } = place(ROWS)
  const judge = new Judge()
  const options = { out, judge, recall: 0.95, ...QUIET } as const
  await clean(input, { ...options, limit: 400 })
  const whole = await clean(input, options)
  const all = readFileSync(out, 'utf8')
  await clean(input, { ...options, limit: 400 })
  const again = await apply(input, { out, limit: 600, ledger: ledgerOf(out) })
  expect(cascadeOf(again)).toEqual(cascadeOf(whole))
  expect(readFileSync(out, 'utf8')).toBe(all)
})

test('too few flagged rows allow no promise: it says how many are needed, and every row is sent', async () => {
  const rows = gatedRows(120, 0.3)
  const { input, out } = place(rows)
  const judge = new Judge()
  const manifest = await clean(input, { out, judge, recall: 0.95, ...QUIET })
  expect(cascadeOf(manifest)).toMatchObject({ sent: 120, heldBack: 0, record: { bar: null } })
  expect(summaryOf(manifest)).toMatch(
    /cascade {2}no promise: .* and a recall of 95.*% takes at least 59; every row is sent/,
  )
  expect(readJsonl(out)).toEqual(rows.map(cleaned))
})

/** A screen that overlooks what is worse, and flags something in some rows of which the judge flags nothing. */
class Screen extends Judge {
  override async complete(request: Parameters<Judge['complete']>[0]) {
    const done = await super.complete(request)
    const better = shownIn(request).flatMap((text, at) =>
      text.endsWith('#better') || /river stone/.test(text) ? [at + 1] : [],
    )
    return { ...done, reply: { ...done.reply, text: replyWith(better, []) } }
  }
}

test('the word of a screen that misses much is measured, and found to be no gate', async () => {
  const { input, out } = place(ROWS)
  const judge = new Judge()
  const options = { out, judge, screen: new Screen('mini'), recall: 0.95, gate: 'screen', ...QUIET } as const
  expect(cascadeOf(await clean(input, options))).toMatchObject({ heldBack: 0 })
  expect(readJsonl(out)).toEqual(ROWS.map(cleaned))
})

test('a screen decides nothing about the rows that a gate holds back, and helps a learned gate', async () => {
  const { input, out } = place(ROWS)
  const judge = new Judge()
  const options = { out, judge, screen: new Screen('mini'), recall: 0.95, ...QUIET } as const
  const manifest = await clean(input, options)
  const { heldBack, sent } = cascadeOf(manifest)
  expect(heldBack).toBeGreaterThan(0)
  expect(judge.asked).toBe(sent)
  const seen = new Set(
    readJsonl<{ to: string; stage: string }>(out.replace('.jsonl', '.changes.jsonl')).map((each) => each.stage),
  )
  expect([...seen]).toEqual(['judge'])
  expect(outputsAt(out).undecided).toBe('')
})

test('the scores of a reranker are a gate; a row whose scores cannot be read is sent', async () => {
  const unread = new Set(ROWS.filter((row, index) => !isFlagged(row) && index % 10 === 0).map(({ query }) => query))
  const server = await startModelServer(({ body }) => {
    const [query, documents] = [body['query'] as string, body['documents'] as string[]]
    const words = query.split(' ')
    const scoreOf = (text: string) => words.filter((word) => text.split(' ').includes(word)).length
    if (unread.has(query)) return { status: 400, body: { message: 'no' } }
    return { json: { results: documents.map((text, index) => ({ index, relevance_score: scoreOf(text) })) } }
  })
  const { input, out } = place(ROWS)
  const judge = new Judge()
  const gateModel = `ranker@${server.url}/v1/rerank`
  const options = { out, judge, recall: 0.95, gate: 'scorer', gateModel, writeEvidence: 'jsonl', ...QUIET } as const
  const manifest = await clean(input, options)
  const { sent, heldBack } = cascadeOf(manifest)
  expect(manifest.models).toEqual({ judge: 'house', score: 'ranker' })
  expect([judge.asked, heldBack > 100, sent + heldBack]).toEqual([sent, true, 600])
  const evidence = readJsonl<{ line: number; kind: string; stage?: string }>(out.replace('.jsonl', '.evidence.jsonl'))
  const linesWith = (kind: string, stage: string) =>
    new Set(evidence.filter((each) => each.kind === kind && each.stage === stage).map(({ line }) => line))
  const without = linesWith('unread', 'score')
  expect(without.size).toBe(unread.size)
  expect(without.isDisjointFrom(linesWith('unjudged', 'judge'))).toBe(true)
  expect(manifest.rows.outcomes.undecided).toBe(0)
})

test('the first rows judged are the pilot, and a dry run says what will be asked', async () => {
  const { input, out } = place(ROWS)
  const judge = new Judge()
  const { pilot } = await clean(input, { out, judge, recall: 0.95, noCheck: true, pilot: 50 })
  expect(pilot?.rows).toBe(100)
  const plan = await planClean(input, { judge, recall: 0.95, ...QUIET })
  expect(plan.cascade).toMatch(/^--recall 0.95: the judge sees random rows first, until 93 .* Fewer than 59 flagged/)
})

test.each([
  [{ judge: 'm', gate: 'learned' }, '--gate, --gate-model and --calibrate belong to --recall'],
  [{ screen: 'm', recall: 0.95 }, '--recall needs a --judge'],
  [{ judge: 'm', recall: 0.95, gate: 'screen' }, '--gate screen needs a --screen'],
  [{ judge: 'm', recall: 0.95, gate: 'scorer' }, '--gate scorer needs a model that scores'],
  [{ judge: 'm', screen: 's', recall: 0.95, spotCheck: 0.1 }, '--recall and --spot-check exclude each other'],
  [{ judge: 'm', recall: 1 }, '--recall'],
] as const)('%o is refused', async (options, message) => {
  const { input, out } = place(ROWS.slice(0, 3))
  await expect(clean(input, { out, ...options })).rejects.toThrow(message)
})

// winnow plan: its totals against what the run then uses.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clean } from '../src/commands/clean/clean.ts'
import { grow } from '../src/commands/grow/grow.ts'
import { plan } from '../src/commands/plan/plan.ts'
import type { CleanOptions, GrowOptions } from '../src/job/job.ts'
import type { ChatRequest } from '../src/llm/chat.ts'
import type { Figure } from '../src/job/plan/totals.ts'
import { CountedModel, tokensOf } from './support/counted-model.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { growingReply, growingRows } from './support/grown.ts'
import { gatedRows } from './support/cascade.ts'
import { rightReply } from './support/synthetic.ts'

const NANO = { input: 0.2, output: 1.25 }
const MINI = { input: 0.75, output: 4.5 }

const near = (figure: Figure | null, truth: number, before = 0) =>
  Math.abs((figure?.value ?? Number.NaN) + before - truth) / truth

const usedBy = (models: readonly CountedModel[]) => ({
  calls: models.reduce((sum, { used }) => sum + used.calls, 0),
  input: models.reduce((sum, { used }) => sum + used.input, 0),
  output: models.reduce((sum, { used }) => sum + used.output, 0),
})

describeWithData('rlhn', 'the recorded replies of RLHN', () => {
  interface Recorded {
    query: string
    response: string
  }
  const [ONE, TWO] = [dataPath('rlhn', 'fiqa.stage_1.gpt-4o-mini.jsonl'), dataPath('rlhn', 'fiqa.stage_2.gpt-4o.jsonl')]
  const answering = (path: string) => {
    const rows = readJsonl<Recorded>(path)
    return ({ messages }: ChatRequest) => {
      const shown = messages.map(({ content }) => content).join('\n')
      const fitting = rows.filter(({ query }) => shown.includes(query))
      return fitting.toSorted((a, b) => b.query.length - a.query.length)[0]?.response ?? ''
    }
  }
  const models = () => ({
    screen: new CountedModel('gpt-5.4-nano', answering(ONE)),
    judge: new CountedModel('gpt-5.4-mini', answering(TWO)),
  })
  const OPTIONS = { confirm: 0, noCheck: true, promptSet: ['paper'] } satisfies CleanOptions

  test('totals are within 15% of what the run uses, and the pilot is not paid for again', async () => {
    const folder = tempDir()
    const out = join(folder, 'out.jsonl')
    const { screen, judge } = models()
    const planned = await plan([ONE], { out, screen, judge, ...OPTIONS, pilot: 10, batch: true })
    const asked = usedBy([screen, judge])
    expect(planned.pilot).toMatchObject({ rows: 10, calls: asked.calls, failed: 0 })
    expect(planned.calls.inLedger).toBe(asked.calls)
    const spent = screen.usd(NANO) + judge.usd(MINI)
    expect(planned.pilot?.usd).toBeCloseTo(spent, 6)

    const manifest = await clean(ONE, { out, screen, judge, ...OPTIONS, pilot: 0 })
    const used = usedBy([screen, judge])
    const usd = screen.usd(NANO) + judge.usd(MINI)
    const made = Object.values(manifest.calls).reduce((sum, stage) => sum + stage.made, 0)
    expect(made).toBe(used.calls - asked.calls)
    expect(near(planned.calls, used.calls, asked.calls)).toBeLessThan(0.15)
    expect(near(planned.input, used.input, asked.input)).toBeLessThan(0.15)
    expect(near(planned.output, used.output, asked.output)).toBeLessThan(0.15)
    expect(near(planned.usd.online, usd, spent)).toBeLessThan(0.15)
    expect(planned.usd.batch?.value).toBeCloseTo((planned.usd.online?.value ?? 0) / 2, 6)
    expect(planned.batchProvider).toBe('openai')
    for (const [figure, truth] of [
      [planned.calls, used.calls - asked.calls],
      [planned.input, used.input - asked.input],
      [planned.usd.online, usd - spent],
    ] as const) {
      expect(figure?.low).toBeLessThanOrEqual(truth)
      expect(figure?.high).toBeGreaterThanOrEqual(truth)
    }
  })

  test('a request that is sure to be sent is counted to the token', async () => {
    const { screen, judge } = models()
    const planned = await plan([ONE], { screen, judge, ...OPTIONS, limit: 1, ledger: join(tempDir(), 'none.db') })
    await clean(ONE, { out: join(tempDir(), 'out.jsonl'), screen, judge, ...OPTIONS, limit: 1 })
    const [first] = screen.requests
    expect(planned.stages[0]).toMatchObject({
      stage: 'screen',
      tokenizer: 'counted with o200k_base',
      isExact: true,
      certainInput: tokensOf(first as ChatRequest),
      calls: { value: 1, low: 1, high: expect.closeTo(1.05, 9) },
    })
  })

  test('without replies nothing is sent or written, and the ranges are said to be guesses', async () => {
    const folder = tempDir()
    const { screen, judge } = models()
    const planned = await plan([ONE], { screen, judge, ...OPTIONS, ledger: join(folder, 'ledger.db') })
    expect([screen.used.calls, judge.used.calls, existsSync(join(folder, 'ledger.db'))]).toEqual([0, 0, false])
    expect(planned.basis).toEqual({ kind: 'forecast', rows: 0, areFirst: false })
    // 13.3% to 80.7% of a large file go on; of 25 rows it may be none, or 96.2%.
    expect(planned.calls).toMatchObject({ value: null, low: 25, high: expect.closeTo(1.05 * (25 + 25 * 0.962), 1) })
    expect(planned.notes[0]).toContain('no intervals')
    // Replies are half to twice as long as those that were recorded, and one in twenty is asked for again.
    const output = planned.stages[0]?.output
    const value = output?.value as number
    expect(output).toMatchObject({ low: 0.5 * value, high: expect.closeTo(2.1 * value, 3) })
  })

  test('a finished run leaves nothing to pay for', async () => {
    const out = join(tempDir(), 'out.jsonl')
    const { screen, judge } = models()
    await clean(ONE, { out, screen, judge, ...OPTIONS })
    const planned = await plan([ONE], { out, screen, judge, ...OPTIONS })
    expect(planned.calls).toMatchObject({ value: 0, low: 0, high: 0, inLedger: 42 })
    expect(planned.usd.online).toEqual({ value: 0, low: 0, high: 0 })
  })

  test('a run whose screen is done and whose judge waits, as between two batches', async () => {
    const out = join(tempDir(), 'out.jsonl')
    const { screen, judge } = models()
    const failing = new CountedModel('gpt-5.4-mini', () => {
      throw new Error('not now')
    })
    await clean(ONE, { out, screen, judge: failing, ...OPTIONS }).catch(() => undefined)
    const planned = await plan([ONE], { out, screen, judge, ...OPTIONS })
    expect(planned.calls).toMatchObject({ value: 17, inLedger: 25 })
    await clean(ONE, { out, screen, judge, ...OPTIONS })
    expect(planned.stages.find(({ stage }) => stage === 'judge')?.input.value).toBe(judge.used.input)
  })
})

describe('other methods', () => {
  test('arhn: extraction is known, ranking follows from the pilot', async () => {
    const folder = tempDir()
    const rows = gatedRows(200, 0.5)
    const [input, out] = [writeJsonl(join(folder, 'rows.jsonl'), rows), join(folder, 'out.jsonl')]
    // Every third passage answers.
    const reply = ({ messages, source }: ChatRequest) => {
      const text = messages.at(-1)?.content ?? ''
      if (source.stage === 'rank') return [...text.matchAll(/^\[(\d+)\]/gm)].map(([, n]) => `[${n}]`).join(' > ')
      const [, word = ''] = /<passage>\n(?:Title: .*\n)?\s*(\S+)/.exec(text) ?? []
      return text.length % 3 === 0 ? word : 'NO_ANSWER'
    }
    const judge = new CountedModel('gpt-5.4-nano', reply)
    const options = { method: 'arhn', judge, noCheck: true, confirm: 0, noStop: true, out } satisfies CleanOptions
    const planned = await plan([input], { ...options, pilot: 60 })
    const asked = { ...judge.used }
    const spent = judge.usd(NANO)
    await clean(input, { ...options, pilot: 0 })
    const { used } = judge
    expect(near(planned.calls, used.calls, asked.calls)).toBeLessThan(0.05)
    expect(near(planned.input, used.input, asked.input)).toBeLessThan(0.05)
    expect(near(planned.output, used.output, asked.output)).toBeLessThan(0.15)
    expect(near(planned.usd.online, judge.usd(NANO), spent)).toBeLessThan(0.15)
  })

  test('causalneg: writing, verifying and rewriting follow from the pilot', async () => {
    const folder = tempDir()
    const [input, out] = [writeJsonl(join(folder, 'rows.jsonl'), growingRows(60)), join(folder, 'out.jsonl')]
    const [writer, verifier] = ['gpt-5.4-mini', 'gpt-5.4-nano'].map((name) => new CountedModel(name, growingReply)) as [
      CountedModel,
      CountedModel,
    ]
    const options = { writer, verifier, noCheck: true, noStop: true, out } satisfies GrowOptions
    const planned = await plan([input], { ...options, method: 'causalneg', pilot: 20 })
    const asked = usedBy([writer, verifier])
    const spent = writer.usd(MINI) + verifier.usd(NANO)
    expect(planned.command).toBe('grow')
    await grow(input, { ...options, pilot: 0 })
    const used = usedBy([writer, verifier])
    expect(near(planned.calls, used.calls, asked.calls)).toBeLessThan(0.15)
    expect(near(planned.input, used.input, asked.input)).toBeLessThan(0.15)
    expect(near(planned.output, used.output, asked.output)).toBeLessThan(0.15)
    expect(near(planned.usd.online, writer.usd(MINI) + verifier.usd(NANO), spent)).toBeLessThan(0.15)
  })

  test('a judge alone has no stage that may be left out, and its cost is known but for the replies', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), gatedRows(120, 0.5))
    const judge = new CountedModel('gpt-5.4-mini', rightReply)
    const options = { judge, noCheck: true, confirm: 0, out: join(folder, 'out.jsonl') }
    const planned = await plan([input], { ...options, pilot: 30 })
    expect(planned.calls).toMatchObject({ value: 90, low: 90, high: 90 })
    const asked = judge.used.input
    await clean(input, { ...options, pilot: 0 })
    expect(planned.input.value).toBe(judge.used.input - asked)
  })

  test('a gate that is measured when the run begins may send few rows to the judge', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), gatedRows(300, 0.5))
    const judge = new CountedModel('gpt-5.4-mini', rightReply)
    const options = { judge, noCheck: true, confirm: 0, out: join(folder, 'out.jsonl') }
    const all = await plan([input], options)
    const gated = await plan([input], { ...options, recall: 0.9 })
    expect(all.calls).toMatchObject({ value: 300, low: 300 })
    expect(gated.calls).toMatchObject({ value: 300, low: expect.closeTo(0.3 * 300, 6), high: expect.closeTo(315, 6) })
    expect(gated.notes.join()).toContain('the lower ends send as few')
  })

  test('a run that was stopped before the part with more false negatives', async () => {
    const folder = tempDir()
    // The first half has none.
    const rows = gatedRows(400, 0.9).map((row, at) =>
      at < 200 ? { ...row, neg: row.neg.map((text) => text.replace(/#\w+$/, '#none')) } : row,
    )
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const stop = new AbortController()
    const screen = new CountedModel('gpt-5.4-nano', (request) => {
      if (screen.used.calls === 180) stop.abort()
      return rightReply(request)
    })
    const judge = new CountedModel('gpt-5.4-mini', rightReply)
    const options = { screen, judge, noCheck: true, confirm: 0, noStop: true, out: join(folder, 'out.jsonl') }
    await expect(clean(input, { ...options, pilot: 40, concurrency: 4 }, { signal: stop.signal })).rejects.toThrow()
    const planned = await plan([input], options)
    const asked = usedBy([screen, judge])
    const spent = screen.usd(NANO) + judge.usd(MINI)
    expect(asked.calls).toBeLessThan(240)
    await clean(input, { ...options, pilot: 0 })
    const usd = screen.usd(NANO) + judge.usd(MINI)
    expect(near(planned.calls, usedBy([screen, judge]).calls, asked.calls)).toBeLessThan(0.15)
    expect(near(planned.usd.online, usd, spent)).toBeLessThan(0.15)
    expect(planned.usd.online?.low).toBeLessThanOrEqual(usd - spent)
    expect(planned.usd.online?.high).toBeGreaterThanOrEqual(usd - spent)
    expect(planned.basis.areFirst).toBe(false)
  })

  test('rows that wait for the judge tell nothing of what follows from it', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), gatedRows(200, 0.6))
    const screen = new CountedModel('gpt-5.4-nano', rightReply)
    const judge = new CountedModel('gpt-5.4-mini', rightReply)
    const failing = new CountedModel('gpt-5.4-mini', () => {
      throw new Error('not now')
    })
    const options = { screen, noCheck: true, confirm: 1, noStop: true, pilot: 0, out: join(folder, 'out.jsonl') }
    await clean(input, { ...options, judge, limit: 60 })
    await clean(input, { ...options, judge: failing }).catch(() => undefined)
    const planned = await plan([input], { ...options, judge })
    const before = usedBy([screen, judge]).calls
    await clean(input, { ...options, judge })
    const made = usedBy([screen, judge]).calls - before
    expect(near(planned.calls, made)).toBeLessThan(0.15)
    expect(planned.calls.high).toBeGreaterThanOrEqual(made)
  })
})

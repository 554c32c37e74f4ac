// What every ledger must do with replies, claims, failures and runs, alone and with other processes.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChatReply } from '../../src/llm/chat.ts'
import { requestKey } from '../../src/llm/key.ts'
import { findOne, type Ledger } from '../../src/llm/ledger/ledger.ts'
import { entryOf, requestOf } from '../support/ledger-entries.ts'
import { describeWithLedger, keyOf, replyTo, RUN as PLAIN, type Its } from './its.ts'

const RUN = { ...PLAIN, settings: { limit: 7 }, prompts: ['p@1'] }

/** @param open opens the same empty ledger each time within a test */
export const describeLedger = (name: string, open: () => Promise<Ledger>): void =>
  describeWithLedger(name, open, [describeReplies, describeMany, describeFailures, describeRuns])

function describeReplies(its: Its): void {
  test('a reply is found by its request, by everyone, as soon as its append resolves', async () => {
    const other = await its.another()
    expect(await its.ledger.find([keyOf('a')])).toEqual([undefined])
    await its.ledger.append(replyTo('a'))
    const { reply, cost } = replyTo('a')
    for (const ledger of [its.ledger, other]) {
      expect(await ledger.find([keyOf('b'), keyOf('a'), keyOf('a')])).toEqual([
        undefined,
        { ...reply, cost },
        { ...reply, cost },
      ])
      expect(await ledger.findTexts([keyOf('a'), keyOf('b')])).toEqual([
        { text: 'yes', finishReason: 'stop' },
        undefined,
      ])
    }
    expect(await its.ledger.find([])).toEqual([])
  })

  test('the first reply to a request stays the reply, and all are counted', async () => {
    await its.ledger.append(replyTo('a', { reply: { text: 'first', finishReason: 'stop' }, cost: null, unsettled: 9 }))
    await its.ledger.append(replyTo('a', { reply: { text: 'second', finishReason: 'stop' } }))
    expect(await findOne(its.ledger, keyOf('a'))).toEqual({ text: 'first', finishReason: 'stop', cost: null })
    expect(await its.ledger.repliesOf('rlhn')).toEqual([
      { stage: 'judge', prompt: 'rlhn.judge@1', model: 'm', replies: 2 },
    ])
  })

  test('writing that was stopped begins anew, and claims then are as before', async () => {
    const other = await its.another()
    const claim = { key: keyOf('b'), run: 'r1', amount: 0, cap: undefined }
    const first = its.ledger.append(replyTo('a'))
    await its.ledger.stopWriting()
    await first
    expect((await its.ledger.claim(claim)).state).toBe('granted')
    expect(await other.isClaimed(keyOf('b'))).toBe(true)
    await its.ledger.append(replyTo('b'))
    await its.ledger.stopWriting()
    await its.ledger.stopWriting()
    expect(await other.isClaimed(keyOf('b'))).toBe(false)
    expect((await other.find([keyOf('a'), keyOf('b')])).map((reply) => reply?.text)).toEqual(['yes', 'yes'])
  })

  test('a reply says where it came from', async () => {
    const before = Date.now()
    await its.ledger.append(replyTo('a'))
    const found = await its.ledger.provenanceOf(keyOf('a'))
    expect(found).toMatchObject({ model: 'm', endpoint: 'http://a/v1', run: 'r1', latencyMs: 12 })
    expect(found?.createdMs).toBeGreaterThanOrEqual(before - 1)
    expect(found?.createdMs).toBeLessThanOrEqual(Date.now() + 1)
    expect(await its.ledger.provenanceOf(keyOf('b'))).toBeUndefined()
  })
}

function describeMany(its: Its): void {
  test('whatever a model writes comes back as it was', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constant('x'.repeat(100_000)),
      fc.constant('\0'),
    )
    const reply: fc.Arbitrary<ChatReply> = fc.record(
      {
        text,
        finishReason: fc.string(),
        refusal: text,
        reasoning: text,
        usage: fc.record({ input: fc.nat(), output: fc.nat(), cached: fc.nat(), reasoning: fc.nat() }),
      },
      { requiredKeys: ['text', 'finishReason'] },
    )
    let count = 0
    await fc.assert(
      fc.asyncProperty(reply, fc.string({ unit: 'binary' }), async (given, row) => {
        const request = requestOf(`question ${(count += 1)}`)
        await its.ledger.append({
          ...entryOf({ ...request, source: { ...request.source, row } }),
          reply: given,
          key: requestKey(request),
        })
        const found = await findOne(its.ledger, requestKey(request))
        expect(found).toEqual({ ...given, finishReason: found?.finishReason, cost: 1500 })
        expect(found?.finishReason.replaceAll('\0', '\uFFFD')).toBe(given.finishReason.replaceAll('\0', '\uFFFD'))
      }),
      { numRuns: 60 },
    )
  })

  test('many at once are all there, in the order in which they are asked for', async () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `q${index}`)
    const ofEach = (name: string) => replyTo(name, { reply: { text: `to ${name}`, finishReason: 'stop' } })
    await Promise.all(names.map((name) => its.ledger.append(ofEach(name))))
    const found = await (await its.another()).findTexts(names.toReversed().map(keyOf))
    expect(found.map((reply) => reply?.text)).toEqual(names.toReversed().map((name) => `to ${name}`))
    const single = await Promise.all(names.map((name) => findOne(its.ledger, keyOf(name))))
    expect(single.map((reply) => reply?.text)).toEqual(names.map((name) => `to ${name}`))
  })

  test('reading goes on while others write', async () => {
    await its.ledger.append(replyTo('a'))
    const other = await its.another()
    const found = await its.ledger.reading(async () => {
      const first = await its.ledger.findTexts([keyOf('a'), keyOf('b')])
      await other.append(replyTo('b'))
      return [first, await its.ledger.findTexts([keyOf('a'), keyOf('b')])]
    })
    expect(found[0]).toEqual(found[1])
    expect(await its.ledger.findTexts([keyOf('b')])).toMatchObject([{ text: 'yes' }])
    await expect(its.ledger.reading(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(await its.ledger.reading(() => its.ledger.findTexts([keyOf('b')]))).toMatchObject([{ text: 'yes' }])
  })
}

function describeFailures(its: Its): void {
  test('why a request has no reply is kept until it has one', async () => {
    const failure = { code: 'http-500', message: 'broken \0 in two', run: 'r1' }
    await its.ledger.fail(keyOf('a'), { ...failure, code: 'timeout' })
    await its.ledger.fail(keyOf('a'), failure)
    const other = await its.another()
    const found = await Promise.all([keyOf('a'), keyOf('b')].map((key) => other.failureOf(key)))
    expect(found).toMatchObject([{ code: 'http-500', run: 'r1' }, undefined])
    expect(found[0]?.message).toMatch(/^broken . in two$/s)
    expect((await its.ledger.contents()).failures).toEqual({ 'http-500': 1 })
    const haveFailures = () => Promise.all(['r1', 'r2'].map((run) => its.ledger.runs.hasFailures(run)))
    expect(await haveFailures()).toEqual([true, false])
    await other.append(replyTo('a'))
    expect(await its.ledger.failureOf(keyOf('a'))).toBeUndefined()
    expect(await haveFailures()).toEqual([false, false])
  })
}

function describeRuns(its: Its): void {
  test('a run is started, resumed and finished', async () => {
    const { runs } = its.ledger
    expect(await runs.get('r1')).toBeUndefined()
    await runs.start(RUN)
    await runs.finishGathering('r1')
    expect(await runs.get('r1')).toMatchObject({ ...RUN, gathered: true })
    await (await its.another()).runs.start({ ...RUN, inputPath: 'moved.jsonl', settings: { limit: null } })
    await runs.start({ ...RUN, id: 'r2', inputHash: 'other' })
    expect(await runs.get('r1')).toMatchObject({ inputPath: 'moved.jsonl', settings: { limit: null }, gathered: false })
    expect((await runs.list('h')).map(({ id }) => id)).toEqual(['r1'])
    expect((await runs.list()).map(({ id }) => id).toSorted()).toEqual(['r1', 'r2'])
    expect((await its.ledger.contents()).runs.map(({ id }) => id).toSorted()).toEqual(['r1', 'r2'])
  })

  test('the shards of a run that are done are counted, each once', async () => {
    const other = await its.another()
    const finish = (ledger: Ledger, number: number, more: object = {}) =>
      ledger.runs.finishShard('r1', { number, of: 3, total: 100, rows: 33, ...more })
    expect([await finish(its.ledger, 2), await finish(other, 2), await finish(other, 1)]).toEqual([1, 1, 2])
    expect([await finish(other, 1, { of: 4 }), await finish(other, 1, { total: 50 })]).toEqual([1, 1])
    expect(await finish(its.ledger, 3)).toBe(3)
    const all = [{ of: 3, total: 50, number: 1 }, { number: 1 }, { number: 2 }, { number: 3 }, { of: 4, number: 1 }]
    expect(await other.runs.shards('r1')).toEqual(all.map((each) => ({ of: 3, total: 100, rows: 33, ...each })))
    expect(await other.runs.shards('r2')).toEqual([])
  })

  test('what a run has spent is counted, by anyone', async () => {
    const { runs } = its.ledger
    await runs.start(RUN)
    expect(await runs.lastReply()).toBe(0)
    await its.ledger.append(replyTo('a'))
    const other = await its.another()
    await other.append(replyTo('b', { cost: null, unsettled: 7 }))
    const { usage: _usage, ...uncounted } = replyTo('c').reply
    await other.append(replyTo('c', { cost: null, reply: uncounted }))
    await other.append(replyTo('d', { run: 'r2' }))
    expect(await runs.spending('r1')).toEqual({ replies: 3, cost: 1500, unpriced: 2, unsettled: 7 })
    expect(await runs.spending('r9')).toEqual({ replies: 0, cost: 0, unpriced: 0, unsettled: 0 })
    expect(await runs.unpricedTokens('r1')).toEqual([{ stage: 'judge', input: 10, output: 2, uncounted: 1 }])
    const last = await runs.lastReply()
    expect(await runs.spentAmong('r1', 0, last)).toMatchObject({ replies: 3, cost: 1500 })
    expect(await runs.spentAmong('r1', last, last + 9)).toEqual({ replies: 0, cost: 0, lastMs: 0 })
    const contents = await its.ledger.contents()
    expect(contents).toMatchObject({ path: its.ledger.path, replies: 4 })
    expect(contents.bytes).toBeGreaterThan(0)
    expect(contents.sources).toEqual([
      {
        model: 'm',
        method: 'rlhn',
        stage: 'judge',
        prompt: 'rlhn.judge@1',
        replies: 4,
        inputTokens: 30,
        outputTokens: 6,
        cachedTokens: 12,
        reasoningTokens: 3,
        usd: 0.000_003,
        unpriced: 2,
      },
    ])
  })
}

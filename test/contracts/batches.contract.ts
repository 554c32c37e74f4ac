// What every ledger must do with the jobs of batch APIs: hold each request for one job until it has an end, and count every end once.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { NewBatch } from '../../src/llm/ledger/batch-record.ts'
import type { Claim } from '../../src/llm/ledger/claim.ts'
import type { Ledger } from '../../src/llm/ledger/ledger.ts'
import { entryOf, requestOf } from '../support/ledger-entries.ts'
import { keyOf, RUN } from './its.ts'

const JOB: NewBatch = {
  id: 'b1',
  run: 'r1',
  provider: 'openai',
  endpoint: 'http://a/v1',
  model: 'gpt',
  identity: 'gpt#a',
  price: { input: 1, output: 2 },
}
const ABOUT = {
  method: 'rlhn',
  stage: 'judge',
  prompt: 'rlhn.judge@1',
  row: 'r',
  attempt: 1,
  sample: 0,
  promptBytes: 5,
}

const batched = (content: string, more: Partial<Claim> = {}, id = 'b1'): Claim => ({
  key: keyOf(content),
  run: 'r1',
  amount: 100,
  cap: undefined,
  batch: { id, about: ABOUT, mostAttempts: 2 },
  ...more,
})
const end = (content: string, how: 'failed' | 'missing', unsettled = 0, id = 'b1') => ({
  key: keyOf(content),
  run: 'r1',
  unsettled,
  batch: { id, end: how, isAttempt: true, code: `it-${how}`, message: 'why' },
})

/** The ledger of a test. */
interface Its {
  ledger: Ledger
  /** Opens the same ledger again. */
  open(): Promise<Ledger>
  /** As `open`, and closes it after the test. */
  another(): Promise<Ledger>
  listed(): Promise<unknown[]>
}

/** @param open opens the same empty ledger each time within a test */
export function describeBatches(name: string, open: () => Promise<Ledger>): void {
  describe(name, () => {
    const its = { open } as Its
    its.another = async () => {
      const other = await open()
      onTestFinished(() => other.close())
      return other
    }
    its.listed = async () => (await its.ledger.batches.list()).map(({ createdMs: _created, ...job }) => job)
    beforeEach(async () => {
      its.ledger = await open()
      await its.ledger.runs.start(RUN)
      onTestFinished(() => its.ledger.close())
    })
    describeEnds(its)
    describeGivenUp(its)
    describeClaims(its)
    describePhases(its)
  })
}

function describeGivenUp(its: Its): void {
  test('what is too long for its model is given up at once', async () => {
    await its.ledger.batches.begin(JOB)
    await its.ledger.claim(batched('a'))
    its.ledger.release({ ...end('a', 'failed'), batch: { ...end('a', 'failed').batch, code: 'too-long' } })
    await its.ledger.settled()
    expect(await its.ledger.claim(batched('a'))).toMatchObject({ state: 'given-up', code: 'too-long' })
    expect(await its.ledger.claim(batched('a', { run: 'r2' }))).toMatchObject({ state: 'given-up' })
  })

  test('what was filtered is given up at once, until the run has ended', async () => {
    await its.ledger.batches.begin(JOB)
    await its.ledger.runs.start(RUN)
    await its.ledger.claim(batched('a'))
    its.ledger.release({ ...end('a', 'failed'), batch: { ...end('a', 'failed').batch, code: 'filtered' } })
    await its.ledger.settled()
    expect(await its.ledger.claim(batched('a'))).toMatchObject({ state: 'given-up', code: 'filtered' })
    await its.ledger.runs.finishGathering('r1')
    await its.ledger.runs.start(RUN)
    expect(await its.ledger.claim(batched('a'))).toEqual({ state: 'granted' })
  })
}

function describeEnds(its: Its): void {
  test('a job is written with each of its requests, and every end is counted once', async () => {
    await its.ledger.batches.begin(JOB)
    const answers = await Promise.all(['a', 'b', 'c'].map((each) => its.ledger.claim(batched(each))))
    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ state: 'granted' })))
    const open = { answered: 0, failed: 0, missing: 0, bytes: 0, tokens: 0, said: '', remote: null }
    const times = { submittedMs: null, endedMs: null, isAbandoned: false }
    expect(await its.listed()).toEqual([{ ...JOB, ...open, ...times, phase: 'collecting', requests: 3, held: 300 }])
    await its.ledger.append({ ...entryOf(requestOf('a')), isBatched: true })
    await its.ledger.append({ ...entryOf(requestOf('a')), isBatched: true })
    its.ledger.release(end('b', 'failed'))
    its.ledger.release(end('b', 'failed'))
    its.ledger.release(end('c', 'missing', 70))
    await its.ledger.settled()
    expect(await its.listed()).toMatchObject([{ requests: 3, answered: 1, failed: 1, missing: 1, held: 0 }])
    expect(await its.ledger.runs.spending('r1')).toEqual({ replies: 1, cost: 1500, unpriced: 0, unsettled: 70 })
    expect(await its.ledger.failureOf(keyOf('b'))).toMatchObject({ code: 'it-failed', message: 'why', run: 'r1' })
    expect(await its.ledger.batches.open('b1', undefined, 10)).toEqual([])
  })

  test('a request without a result is sent again, as often as it may be', async () => {
    await its.ledger.batches.begin(JOB)
    for (const how of ['failed', 'missing'] as const) {
      expect(await its.ledger.claim(batched('a'))).toEqual({ state: 'granted' })
      its.ledger.release(end('a', how))
    }
    await its.ledger.settled()
    expect(await its.ledger.claim(batched('a'))).toEqual({ state: 'given-up', code: 'it-missing', message: 'why' })
    await its.ledger.runs.start(RUN)
    expect(await its.ledger.claim(batched('a'))).toMatchObject({ state: 'given-up' })
    await its.ledger.runs.finishGathering('r1')
    await its.ledger.runs.start(RUN)
    expect(await its.ledger.claim(batched('a'))).toEqual({ state: 'granted' })
  })

  test('what was not tried is no attempt, and what another run tried is none of this one', async () => {
    await its.ledger.batches.begin(JOB)
    const untried = { ...end('a', 'missing').batch, isAttempt: false }
    for (let time = 0; time < 3; time++) {
      expect(await its.ledger.claim(batched('a'))).toEqual({ state: 'granted' })
      its.ledger.release({ ...end('a', 'missing'), batch: untried })
      await its.ledger.settled()
    }
    const claimOf = (run: string) => its.ledger.claim(batched('a', { run }))
    for (const state of ['granted', 'granted', 'given-up']) {
      expect(await claimOf('r1')).toMatchObject({ state })
      if (state === 'granted') its.ledger.release(end('a', 'failed'))
      await its.ledger.settled()
    }
    expect(await claimOf('r2')).toEqual({ state: 'granted' })
  })

  test('a reply that no job waits for is stored only if it did not come from one', async () => {
    await its.ledger.append({ ...entryOf(requestOf('a')), isBatched: true })
    expect(await its.ledger.find([keyOf('a')])).toEqual([undefined])
    await its.ledger.append(entryOf(requestOf('a')))
    expect(await its.ledger.find([keyOf('a')])).toMatchObject([{ text: 'yes' }])
    await its.ledger.batches.begin(JOB)
    expect(await its.ledger.claim(batched('a'))).toEqual({ state: 'answered' })
  })
}

function describeClaims(its: Its): void {
  test('a request in a job is no one else’s, and another process finds it', async () => {
    const other = await its.another()
    await its.ledger.batches.begin(JOB)
    await its.ledger.claim(batched('a'))
    await other.batches.begin({ ...JOB, id: 'b2' })
    expect(await other.claim(batched('a', {}, 'b2'))).toEqual({ state: 'batched' })
    expect(await other.claim({ key: keyOf('a'), run: 'r1', amount: 1, cap: undefined })).toEqual({ state: 'batched' })
    expect(await other.claim({ key: keyOf('b'), run: 'r1', amount: 1, cap: undefined })).toEqual({ state: 'granted' })
    expect(await its.ledger.claim(batched('b'))).toEqual({ state: 'elsewhere' })
    const waits = { key: keyOf('a'), batch: 'b1', amount: 100, about: ABOUT }
    expect(await other.batches.waiting([keyOf('c'), keyOf('a')])).toEqual([undefined, waits])
    expect(await other.batches.open('b1', undefined, 10)).toEqual([waits])
    expect(await other.batches.open('b2', undefined, 10)).toEqual([])
  })

  test('its requests come in pages', async () => {
    await its.ledger.batches.begin(JOB)
    await Promise.all(Array.from({ length: 25 }, (_, index) => its.ledger.claim(batched(`q${index}`))))
    const seen: string[] = []
    for (let last: Buffer | undefined; ;) {
      const page = await its.ledger.batches.open('b1', last, 10)
      if (page.length === 0) break
      expect(page.length).toBeLessThanOrEqual(10)
      seen.push(...page.map(({ key }) => key.toString('hex')))
      last = page.at(-1)?.key
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => keyOf(`q${index}`).toString('hex')).toSorted())
  })

  test('what it may cost counts towards the cap of its run', async () => {
    await its.ledger.batches.begin(JOB)
    const claim = (content: string) => its.ledger.claim(batched(content, { cap: 250 }))
    expect([await claim('a'), await claim('b')]).toEqual([{ state: 'granted' }, { state: 'granted' }])
    expect(await claim('c')).toEqual({ state: 'no-room', spent: 0, held: 200 })
    await its.ledger.append({ ...entryOf(requestOf('a')), cost: 10, isBatched: true })
    expect(await claim('c')).toEqual({ state: 'granted' })
  })
}

function describePhases(its: Its): void {
  test('it changes its phase, and notes when', async () => {
    await its.ledger.batches.begin(JOB)
    await its.ledger.batches.change('b1', { phase: 'submitting', bytes: 10, tokens: 5 })
    await its.ledger.batches.change('b1', { phase: 'submitted', remote: 'batch_1', said: 'validating' })
    expect(await its.listed()).toMatchObject([
      { phase: 'submitted', remote: 'batch_1', said: 'validating', bytes: 10, tokens: 5, endedMs: null },
    ])
    await its.ledger.batches.change('b1', { phase: 'done' })
    const [job] = await its.ledger.batches.list('r1')
    expect(job?.submittedMs).toBeTypeOf('number')
    expect(job?.endedMs).toBeTypeOf('number')
    expect(await its.ledger.batches.list('r2')).toEqual([])
  })

  test('a job of which nothing was submitted can be removed with its requests', async () => {
    await its.ledger.batches.begin(JOB)
    await its.ledger.claim(batched('a'))
    await its.ledger.batches.discard('b1')
    expect(await its.listed()).toEqual([])
    expect(await its.ledger.batches.waiting([keyOf('a')])).toEqual([undefined])
    expect(await its.ledger.claim({ ...batched('a', { cap: 100 }), batch: undefined } as never)).toEqual({
      state: 'granted',
    })
  })

  test('a job of a process that is there is not taken over', async () => {
    const other = await its.another()
    await its.ledger.batches.begin(JOB)
    expect(await other.batches.takeOver('b1')).toBe(false)
    expect(await its.listed()).toMatchObject([{ isAbandoned: false }])
    expect(await other.batches.takeOver('b9')).toBe(false)
  })

  test('a job of a process that has ended is taken over by one other', async () => {
    const [gone, one, two] = [await its.open(), await its.another(), await its.another()]
    await gone.batches.begin(JOB)
    await gone.claim(batched('a'))
    await gone.close()
    expect(await its.listed()).toMatchObject([{ isAbandoned: true, requests: 1, held: 100 }])
    const taken = await Promise.all([one, two].map((each) => each.batches.takeOver('b1')))
    expect(taken.toSorted()).toEqual([false, true])
    expect(await its.listed()).toMatchObject([{ isAbandoned: false }])
  })
}

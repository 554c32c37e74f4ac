// What every batch provider must do: submit a job once, find it again, tell how far it is, and yield what became of each request, whatever
// its API does wrong.
import { describe, expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../../src/base/errors.ts'
import { QueueFull, type BatchRequest, type BatchResult } from '../../src/llm/batch/provider.ts'
import { CallError } from '../../src/llm/errors.ts'
import { finishOf } from '../../src/llm/finish.ts'
import { openModel } from '../../src/llm/models.ts'
import { parsePrices } from '../../src/llm/prices.ts'
import { KEY } from '../support/batch/handle.ts'
import {
  ended,
  fated,
  idOf,
  never,
  resultsOf,
  tryingOf,
  type ProviderFacts,
  type Trying,
} from '../support/batch/trying.ts'
import { heldNow } from '../support/held.ts'

export function describeBatchProvider(facts: ProviderFacts): void {
  const trying = tryingOf(facts)
  describe(facts.name, () => {
    describe('the life of a job', () => describeLife(facts, trying))
    describe('finding a job', () => describeFinding(facts, trying))
    describe('a job that is not done', () => describeEnds(facts, trying))
    describe('results', () => describeResults(trying))
    describe('calls that fail', () => describeCalls(trying))
    describe('what it can be asked', () => describeLimits(facts, trying))
  })
}

function describeLife({ model }: ProviderFacts, { opened, jobOf, requestsOf }: Trying): void {
  test('takes a job through its life, and every request gets its reply', async () => {
    const { server, provider } = await opened({ polls: 2 })
    const job = jobOf(provider, 7)
    const remote = await provider.submit(job, never)
    expect(server.jobs().map(({ ids }) => ids)).toEqual([Array.from({ length: 7 }, (_, at) => idOf(at))])
    const { states, last } = await ended(provider, remote)
    expect(states[0]?.phase).not.toBe('ended')
    expect(last).toMatchObject({ phase: 'ended' })
    expect(last.reason).toBeUndefined()
    expect(states.every(({ said }) => said !== '')).toBe(true)
    const { replies, failures, unreadable } = await resultsOf(provider, remote)
    expect([failures, unreadable]).toEqual([[], []])
    expect(replies.size).toBe(7)
    for (let at = 0; at < 7; at++) {
      const { reply: got, model: answered } = replies.get(idOf(at)) as Extract<BatchResult, { reply: unknown }>
      expect(got.text).toBe(`reply to “is it ${at}?” 🚢`)
      expect(finishOf(got)).toBe('complete')
      expect(got.usage?.input).toBeGreaterThan(0)
      expect(got.usage?.output).toBeGreaterThan(0)
      expect(answered).toBeTypeOf('string')
    }
    expect(server.doubles()).toEqual([])
  })

  test('its models answer online, at the same place and with the same key', async () => {
    const { server, env } = await opened()
    const online = await openModel(model, parsePrices([]), env)
    onTestFinished(() => online.close?.())
    const [request] = requestsOf(1) as [BatchRequest]
    expect((await online.complete(request.request, never)).reply.text).toBe('reply to “is it 0?” 🚢')
    expect(server.calls.get('online')).toBe(1)
  })
}

function describeFinding({ knowsNames }: ProviderFacts, { opened, jobOf }: Trying): void {
  test('one that was never submitted is not found', async () => {
    const { provider } = await opened()
    const other = await provider.submit(jobOf(provider, 3, 'job1'), never)
    const job = { ...jobOf(provider, 4, 'job2'), taken: new Set([other]) }
    expect(await provider.find(job, never)).toBeUndefined()
  })

  test.each([0, 60])('the answer was lost, and the list lags by %i ms', async (listLagMs) => {
    const { server, provider } = await opened({ listLagMs, on: (at) => (at === 'create' ? 'lose' : undefined) })
    const job = jobOf(provider, 3)
    await expect(provider.submit(job, never)).rejects.toThrow(CallError)
    const remote = await provider.find(job, never)
    expect(remote).toBeDefined()
    expect(server.jobs()).toHaveLength(1)
    await ended(provider, remote as string)
    expect((await resultsOf(provider, remote as string)).replies.size).toBe(3)
  })

  test('among many others, on a later page of the list, whatever became of it', async () => {
    const { provider } = await opened()
    const wanted = await provider.submit(jobOf(provider, 2, 'wanted'), never)
    await ended(provider, wanted)
    const others: string[] = []
    for (let at = 0; at < 8; at++) others.push(await provider.submit(jobOf(provider, 3, `other${at}`), never))
    expect(await provider.find(jobOf(provider, 2, 'wanted'), never)).toBe(wanted)
    if (knowsNames) expect(await provider.find(jobOf(provider, 3, 'other3'), never)).toBe(others[3])
  })

  test('two jobs of one size, begun at once', async () => {
    const { provider } = await opened()
    const [one, two] = [jobOf(provider, 2, 'one'), jobOf(provider, 2, 'two')]
    const first = await provider.submit(one, never)
    expect(await provider.find({ ...two, taken: new Set([first]) }, never)).toBeUndefined()
    const second = await provider.submit(two, never)
    expect(await provider.find({ ...one, taken: new Set([second]) }, never)).toBe(first)
    expect(await provider.find({ ...two, taken: new Set([first]) }, never)).toBe(second)
  })
}

function describeEnds({ failsLate, keepsExpired, cancels }: ProviderFacts, { opened, jobOf }: Trying): void {
  test('a full queue: nothing is created', async () => {
    const { server, provider } = await opened({ faults: { queueFull: 1 } })
    await expect(provider.submit(jobOf(provider, 2), never)).rejects.toThrow(QueueFull)
    expect(server.jobs()).toEqual([])
  })

  test.runIf(failsLate)('a full queue that shows later', async () => {
    const { provider } = await opened({ faults: { queueFullAfter: 1 } })
    const remote = await provider.submit(jobOf(provider, 2), never)
    const { last } = await ended(provider, remote)
    expect(last).toMatchObject({ phase: 'ended', isQueueFull: true, reason: expect.any(String) })
    expect(await resultsOf(provider, remote)).toMatchObject({ replies: new Map() })
  })

  test.runIf(failsLate)('a job that is not valid says why', async () => {
    const { provider } = await opened({ faults: { invalid: 1 } })
    const remote = await provider.submit(jobOf(provider, 2), never)
    const { last } = await ended(provider, remote)
    expect(last.phase).toBe('ended')
    expect(last.isQueueFull ?? false).toBe(false)
    expect(last.reason).not.toBe('')
    expect((await resultsOf(provider, remote)).replies.size).toBe(0)
  })

  test('what was done of a job that ran out of its time is returned', async () => {
    const { server, provider } = await opened({ faults: { expired: 1 } })
    const remote = await provider.submit(jobOf(provider, 40), never)
    const { last } = await ended(provider, remote)
    expect(last.phase).toBe('ended')
    const { replies } = await resultsOf(provider, remote)
    const done = keepsExpired ? fated(server, 'done') : []
    expect([...replies.keys()].toSorted()).toEqual(done)
  })

  test.runIf(cancels)('a job is cancelled, and what was done is returned', async () => {
    const { server, provider } = await opened()
    const remote = await provider.submit(jobOf(provider, 40), never)
    await provider.state(remote, never)
    await provider.cancel(remote, never)
    const { last } = await ended(provider, remote)
    expect(last.phase).toBe('ended')
    expect(server.jobs()[0]?.end).toBe('cancelled')
    expect([...(await resultsOf(provider, remote)).replies.keys()].toSorted()).toEqual(fated(server, 'done'))
    await provider.cancel(remote, never)
  })

  test.runIf(!cancels)('there is no way to cancel, which is said', async () => {
    const { provider } = await opened()
    const remote = await provider.submit(jobOf(provider, 1), never)
    await expect(provider.cancel(remote, never)).rejects.toMatchObject({ code: 'cannot-cancel' })
  })
}

function describeResults({ opened, jobOf }: Trying): void {
  test.each([1, 2, 3, 4, 5])('rows that are lost, fail, come twice or are not readable (seed %i)', async (seed) => {
    const faults = {
      lostRows: 0.2,
      failedRows: 0.2,
      oddRows: 0.1,
      repeatedRows: 0.2,
      unknownRows: 0.7,
      tornLine: 0.7,
      wrongCounts: 0.5,
    }
    const { server, provider } = await opened({ seed, faults })
    const remote = await provider.submit(jobOf(provider, 60), never)
    const { last } = await ended(provider, remote)
    expect(last.phase).toBe('ended')
    const { replies, failures, unreadable } = await resultsOf(provider, remote)
    const [job] = server.world.jobs as [(typeof server.world.jobs)[0]]
    const done = fated(server, 'done').filter((id) => id !== job.tornId)
    const own = new Set(job.rows.map(({ id }) => id))
    expect([...replies.keys()].filter((id) => own.has(id)).toSorted()).toEqual(done)
    expect(unreadable).toHaveLength(job.tornId === undefined ? 0 : 1)
    expect(new Set(failures.filter((id) => own.has(id)))).toEqual(new Set(fated(server, 'failed', 'zero', 'odd')))
  })

  test('a job whose rows all failed, and one that left nothing', async () => {
    const { provider } = await opened({ fate: (nth) => (nth === 0 ? { allFailed: 1 } : { empty: 1 }) })
    const failed = await provider.submit(jobOf(provider, 3, 'failed'), never)
    await ended(provider, failed)
    const { replies, failures } = await resultsOf(provider, failed)
    expect([replies.size, failures.length]).toEqual([0, 3])
    const empty = await provider.submit(jobOf(provider, 3, 'empty'), never)
    expect((await ended(provider, empty)).last).toMatchObject({ phase: 'ended' })
    expect((await resultsOf(provider, empty)).replies.size).toBe(0)
  })

  test('results that are kept no more, and a job that nobody knows', async () => {
    const { provider } = await opened({ faults: { goneResults: 1 }, mostBad: 9 })
    const remote = await provider.submit(jobOf(provider, 3), never)
    await ended(provider, remote)
    await expect(resultsOf(provider, remote)).rejects.toMatchObject({ code: 'gone' })
    await expect(provider.state(`${remote}0`, never)).rejects.toMatchObject({ code: 'gone' })
  })

  test('large results are read as they come', { timeout: 120_000 }, async () => {
    const bulk = { lines: 2000, bytes: 50_000 }
    const { provider } = await opened({ bulk })
    const remote = await provider.submit(jobOf(provider, 1), never)
    await ended(provider, remote)
    const before = await heldNow()
    let [held, count] = [0, 0]
    for await (const result of provider.results(remote, never)) {
      expect('reply' in result).toBe(true)
      if (++count === bulk.lines / 2) held = (await heldNow()) - before
    }
    expect(count).toBe(bulk.lines)
    // Half of the results have 50 MB.
    expect(held).toBeLessThan(25 * 2 ** 20)
  })
}

function describeCalls({ opened, jobOf }: Trying): void {
  const CALLS = ['upload', 'create', 'list', 'state', 'results'] as const
  const FAULTS = ['429', '500', '503', '401', 'drop', 'lose'] as const
  test.each(CALLS.flatMap((endpoint) => FAULTS.map((fault) => [endpoint, fault] as const)))(
    '%s: %s',
    async (endpoint, fault) => {
      let isOn = false
      const on = (at: string) => (isOn && at === endpoint ? fault : undefined)
      const { server, provider } = await opened({ on, echo: true })
      const job = jobOf(provider, 2)
      const remote = ['state', 'results', 'list'].includes(endpoint) ? await provider.submit(job, never) : ''
      if (endpoint === 'results') await ended(provider, remote)
      isOn = true
      const work = {
        upload: () => provider.submit(job, never),
        create: () => provider.submit(job, never),
        list: () => provider.find(job, never),
        state: () => provider.state(remote, never),
        results: () => resultsOf(provider, remote),
      }[endpoint]
      const error = await work().catch((thrown: unknown) => thrown)
      isOn = false
      // A provider without such a call, or one that asks in another way, cannot fail in it.
      if ((server.calls.get(endpoint) ?? 0) === 0) return
      expect(String(error)).not.toContain(KEY)
      // Some say with the same words that too much is queued.
      if (error instanceof QueueFull && endpoint === 'create' && fault === '429') return
      expect(error).toBeInstanceOf(CallError)
      const { details, message, hint } = error as CallError
      expect(details.remedy).toBe(fault === '401' ? 'stop' : 'retry')
      expect(`${message} ${hint} ${JSON.stringify(details)}`).not.toContain(KEY)
      const isMade = endpoint === 'create' && fault === 'lose'
      if (remote === '') expect(server.jobs()).toHaveLength(isMade ? 1 : 0)
    },
  )

  test('a call is given up when it is cancelled', async () => {
    const { provider } = await opened({ on: (at) => (at === 'state' || at === 'list' ? 'stall' : undefined) })
    const remote = await provider.submit(jobOf(provider, 1), never)
    const stopping = new AbortController()
    setTimeout(() => stopping.abort(), 20)
    await expect(provider.state(remote, stopping.signal)).rejects.toMatchObject({ code: 'aborted' })
  })
}

function describeLimits({ name, takesSchema }: ProviderFacts, { opened, requestsOf }: Trying): void {
  test('forms of replies that its batches cannot hold are refused before anything is sent', async () => {
    const { provider } = await opened()
    const [regex] = requestsOf(1, { format: { regex: 'a+' } }) as [BatchRequest]
    expect(() => provider.line(regex)).toThrow(UsageError)
    const [schema] = requestsOf(1, { format: { json: { type: 'object' } } }) as [BatchRequest]
    if (takesSchema) expect(() => provider.line(schema)).not.toThrow()
    else expect(() => provider.line(schema)).toThrow(UsageError)
  })

  test('has limits, and says where it is without a login', async () => {
    const { provider, server } = await opened()
    expect(provider.limits.requests).toBeGreaterThan(0)
    expect(provider.limits.bytes).toBeGreaterThan(0)
    expect(provider.endpoint).toContain(server.url)
    expect(provider.endpoint).not.toContain(KEY)
    expect(provider.name).toBe(name)
  })
}
